"""What is told of options that do not go together."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import parse_manifest

MANIFEST = """\
version: 1
repo_id: acme/model
title: INT8 model
task: text-classification
base_model: {{path: model}}
variants:
  onnx:
    backend: onnxruntime
    approach: {approach}
    options: {{per_channel: {per_channel}, opset: {opset}}}
evaluation:
  dataset: {{path: test.csv}}
  columns: {{text: text, label: label}}
  metrics: [accuracy]
"""
CALIBRATION = "static\n    calibration: {dataset: {path: train.csv}}"


@pytest.mark.parametrize(
    ("approach", "per_channel", "opset", "refused"),
    [
        (CALIBRATION, "true", 12, True),
        (CALIBRATION, "true", 13, False),
        (CALIBRATION, "false", 12, False),
        ("dynamic", "true", 12, False),
    ],
)
def test_static_quantization_by_channel_takes_opset_13(
    approach: str, per_channel: str, opset: int, refused: bool
) -> None:
    text = MANIFEST.format(approach=approach, per_channel=per_channel, opset=opset)
    if not refused:
        parse_manifest(text, Path("mine.yaml"))
        return
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text, Path("mine.yaml"))
    [problem] = caught.value.problems
    assert problem.key == "variants.onnx.options.opset"
    assert problem.message == "is 12, and static quantization by channel takes operators of 13"
    assert problem.remedy == "write 13 or more, or leave it out"
