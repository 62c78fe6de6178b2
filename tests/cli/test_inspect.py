from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from cardgen.cli import main

MODELS = Path(__file__).parents[1] / "weights" / "inspect" / "models"


def test_a_model_is_told_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(MODELS / "ct-nvfp4")]) == 0
    out = capsys.readouterr().out
    assert "  made by       compressed-tensors 0.19.0, llm-compressor, transformers 5.24.0\n" in out
    assert "  7        Linear     NVFP4   40960       groups of 16, symmetric, dynamic FP4 activations" in out
    assert "  weights       0.05 MB, 7.710 bits a weight\n" in out
    assert "model.layers.0.mlp.up_proj" not in out
    assert main(["inspect", str(MODELS / "ct-nvfp4"), "--modules", "--no-hashes"]) == 0
    out = capsys.readouterr().out
    assert "model.layers.0.mlp.up_proj" in out
    assert "model.safetensors  51504  not read\n" in out


@pytest.mark.parametrize("name", sorted({weights.parent.name for weights in MODELS.glob("*/*.safetensors")}))
def test_what_is_printed_as_json_fits_the_published_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "inspection"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert main(["inspect", str(MODELS / name), "--json"]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), schema)


def test_what_is_not_there_is_exit_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path / "absent")]) == 3
    assert "Name a folder, a file, or owner/name of the Hub." in capsys.readouterr().err


def test_each_model_of_a_set_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    gguf = MODELS.parent / "gguf" / "models"
    assert main(["inspect", str(gguf), "--no-hashes"]) == 0
    out = capsys.readouterr().out
    assert [line.rpartition(" ")[2] for line in out.splitlines() if line.startswith("  format")] == [
        "IQ4_XS",
        "Q2_K",
        "Q4_K_M",
    ]
    assert f"\n\n{gguf}: Q2_K.gguf\n" in out
    assert main(["inspect", str(gguf), "--json"]) == 3
    assert "Name one of the files" in capsys.readouterr().err
