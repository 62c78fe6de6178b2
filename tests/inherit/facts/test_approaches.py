from __future__ import annotations

import pytest

from tests.inherit.facts.cards import facts_of

Claim = tuple[str | None, str]


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("---\ntags: [int8, PostTrainingStatic]\n---\n# M\n", [(None, "static")]),
        ("# M\n\n## Post-training dynamic quantization\n\nWords.\n", [(None, "dynamic")]),
        (
            "## Post-training static quantization\n\n### PyTorch\n\nx\n\n### ONNX\n\nx\n",
            [("pytorch", "static"), ("onnx", "static")],
        ),
        ("# M\n\nMade by post-training dynamic quantization.\n", [(None, "dynamic")]),
        ("# M\n\n* **quantization_approach**: `dynamic`\n", [(None, "dynamic")]),
        (
            "| | `pytorch` | `onnx` |\n|---|---|---|\n| Approach | post-training static | post-training dynamic |\n",
            [("pytorch", "static"), ("onnx", "dynamic")],
        ),
        ("# ONNX export of distilbert-base-uncased\n\nWords.\n", [("onnx", "none")]),
        ("# M\n\nStatic text and dynamic words.\n", []),
    ],
)
def test_how_it_was_quantized(card: str, expected: list[Claim]) -> None:
    assert [(subject.runtime, approach) for subject, approach, _span in facts_of(card).approaches] == expected
