from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import pytest

from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles

MODELS = Path(__file__).parent / "models"
INC_CONFIG = {
    "distillation": {},
    "neural_compressor_version": "3.7.1",
    "optimum_version": "2.1.0",
    "quantization": {"dataset_num_samples": 296, "is_static": True},
}


class Opened:
    """Leaves a trace where it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.trace,)


def test_a_pickle_stays_shut_and_what_lies_beside_it_tells(tmp_path: Path) -> None:
    model, trace = tmp_path / "model", tmp_path / "opened"
    model.mkdir()
    (model / "pytorch_model.bin").write_bytes(pickle.dumps(Opened(trace)))
    (model / "inc_config.json").write_text(json.dumps(INC_CONFIG), encoding="utf-8")
    found = inspect(FolderFiles(model, "mine"))
    assert not trace.exists()
    assert (found.format, found.method, found.calibration) == ("pickle", "neural-compressor", "296 samples")
    assert [(one.name, one.version) for one in found.makers] == [("neural-compressor", "3.7.1"), ("optimum", "2.1.0")]
    assert (found.parameters, found.bits_per_weight, found.modules) == (None, None, ())
    assert found.findings == (
        "its weights are pickles, which run code when they are opened: nothing of them was read",
        "inc_config.json says static quantization",
    )


def test_beside_safetensors_a_pickle_is_of_no_interest(tmp_path: Path) -> None:
    source = Path(__file__).parent / "models" / "llama-bf16"
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    (tmp_path / "training_args.bin").write_bytes(b"")
    assert inspect(FolderFiles(tmp_path, "mine")).format == "safetensors"


def test_what_neural_compressor_3_was_asked_for_is_told_of_its_modules(tmp_path: Path) -> None:
    """By the `qconfig.json` that its 3.10 wrote; the pickle beside it is none, and nobody minds."""
    shutil.copy(MODELS / "inc-w4g32" / "qconfig.json", tmp_path)
    (tmp_path / "quantized_weight.pt").write_bytes(b"no pickle")
    found = inspect(FolderFiles(tmp_path, "mine"))
    assert (found.format, found.method) == ("pickle", "neural-compressor")
    assert [(one.name, one.version, one.file) for one in found.makers] == [("neural-compressor", None, "qconfig.json")]
    (told,) = found.findings[1:]
    assert told == (
        "qconfig.json asks for 5 Linear modules in INT4 by rtn, in groups of 32, symmetric; "
        "2 Linear modules in FP32; 1 Linear module in INT8 by rtn, in groups of 32, symmetric"
    )


@pytest.mark.parametrize(
    "recipes",
    [
        {},
        {"('a', 'Linear')": []},
        {"('a', 'Linear')": {"rtn": 4}},
        {"('a', 'Linear')": {"rtn": {"dtype": 4, "bits": "4", "group_size": None, "use_sym": []}}},
        {" ": {"q_op_infos": {"0": {}}}},
    ],
)
def test_a_qconfig_of_another_shape_is_no_fault(recipes: object, tmp_path: Path) -> None:
    (tmp_path / "qconfig.json").write_text(json.dumps(recipes), encoding="utf-8")
    (tmp_path / "quantized_weight.pt").write_bytes(b"")
    assert inspect(FolderFiles(tmp_path, "mine")).method == "neural-compressor"
