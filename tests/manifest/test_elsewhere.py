from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import load_manifest

MANIFEST = """version: 1
repo_id: shop/gull-4b-w4a16
card: {card}
title: gull
task: text-generation
base_model: {{id: acme/gull-4b{base}}}
variants:
  made: {{backend: {backend}, approach: {approach}{more}}}
reported:
- {{variant: made, metric: accuracy, value: 0.61, source: {{name: A card}}}}
"""


def load(folder: Path, **parts: str) -> None:
    given = {"card": "quantized", "base": "", "backend": "elsewhere", "approach": "not-stated", "more": "", **parts}
    path = folder / "gull.yaml"
    path.write_text(MANIFEST.format(**given), encoding="utf-8")
    load_manifest(path)


@pytest.mark.parametrize("approach", ["static", "dynamic", "weight-only", "qat", "not-stated"])
def test_any_approach_goes_with_what_others_made(approach: str, tmp_path: Path) -> None:
    load(tmp_path, approach=approach, more=", scheme: W4A16, format: safetensors", base=", precision: BF16")


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"approach": "none"}, "is no export"),
        ({"more": ", calibration: {samples: 8}"}, "nothing is made here"),
        ({"more": ", fallback: {modules: [lm_head]}"}, "nothing is made here"),
        ({"more": ", options: {per_channel: true}"}, "nothing is made here"),
        ({"backend": "onnxruntime"}, "`not-stated` is nothing that onnxruntime does"),
        ({"backend": "onnxruntime", "approach": "qat"}, "`qat` is nothing that onnxruntime does"),
        ({"backend": "onnxruntime", "approach": "static", "more": ", scheme: INT8"}, "does not go with a backend"),
        ({"backend": "onnxruntime", "approach": "static", "more": ", format: ONNX"}, "does not go with a backend"),
        ({"backend": "onnxruntime", "approach": "static", "base": ", precision: BF16"}, "cardgen runs the base model"),
        ({"backend": "elsewere"}, "is not a backend"),
    ],
)
def test_what_was_made_elsewhere_asks_for_nothing(parts: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=says):
        load(tmp_path, **parts)


def test_what_was_made_elsewhere_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "gull.yaml"
    path.write_text(
        MANIFEST.partition("reported")[0].format(
            card="quantized", base="", backend="elsewhere", approach="qat", more=""
        ),
        encoding="utf-8",
    )
    with pytest.raises(ManifestError, match="neither an entry of `reported` nor `results` says anything of it"):
        load_manifest(path)
