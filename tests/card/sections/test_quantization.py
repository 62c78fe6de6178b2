from __future__ import annotations

from typing import Any

import pytest

from cardgen.card.build import build_card
from cardgen.card.model import Card
from cardgen.card.render import render_card
from cardgen.lint.engine import lint
from cardgen.records.results import StepResult
from cardgen.records.results.quantize import QuantizeResult
from tests.factory import make_evidence, make_manifest

CONVOLUTIONS = tuple(f"encoder.stages.{stage}.convolution" for stage in range(20))


def card_of(**found: Any) -> Card:
    """The card of a variant whose quantized model is as in ``found``."""
    manifest = make_manifest(variants={"onnx": {"backend": "onnxruntime", "approach": "dynamic"}})
    evidence = make_evidence(manifest)

    def changed(result: StepResult) -> StepResult:
        return result.model_copy(update=found) if isinstance(result, QuantizeResult) else result

    records = tuple(record.model_copy(update={"result": changed(record.result)}) for record in evidence.records)
    evidence = evidence.model_copy(update={"records": records})
    return build_card(manifest, evidence, {}, manifest_file="model.yaml", evidence_file="evidence.json")


def test_convolutions_are_counted_where_a_model_has_some() -> None:
    card = card_of(fp32_convolutions=CONVOLUTIONS)
    assert "| Convolutions in INT8 | 0 of 20 |" in card.quantization
    (note,) = [note for note in card.quantization_notes if "convolutions" in note]
    assert note.startswith("In `onnx`, all 20 convolutions stayed FP32, as the saved model shows:\n\n<details>")
    assert "Convolutions" not in card_of().quantization


def test_some_convolutions_are_named() -> None:
    card = card_of(int8_convolutions=CONVOLUTIONS[2:], fp32_convolutions=CONVOLUTIONS[:2])
    assert "| Convolutions in INT8 | 18 of 20 |" in card.quantization
    listed = "`encoder.stages.0.convolution`, `encoder.stages.1.convolution`"
    assert f"In `onnx`, these convolutions stayed FP32, as the saved model shows: {listed}" in card.quantization_notes


def test_embeddings_in_fp32_are_named() -> None:
    card = card_of(fp32_embeddings=("positions",))
    assert "| Embeddings in INT8 | 1 of 2 |" in card.quantization
    assert "In `onnx`, this embedding stayed FP32, as the saved model shows: `positions`" in card.quantization_notes


@pytest.mark.parametrize("count", [1, 6, 20])
@pytest.mark.parametrize("linear", [(), ("classifier",)], ids=["all-linear-int8", "one-linear-fp32"])
@pytest.mark.parametrize("kinds", [("convolutions",), ("embeddings",), ("convolutions", "embeddings")])
def test_what_is_no_linear_module_is_not_counted_with_them(
    count: int, linear: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    others = {f"fp32_{kind}": tuple(f"stages.layers.{number}.{kind}" for number in range(count)) for kind in kinds}
    card = render_card(card_of(fp32_modules=linear, **others), "int8")
    assert [found for found in lint(card, "README.md").findings if found.rule.startswith(("fp32", "module"))] == []


@pytest.mark.parametrize(
    ("size", "said", "found"),
    [
        (272_900_000, "(102.8 % of the size, so it grew)", True),
        (259_000_000, "(97.6 % of the size, so next to nothing was saved)", True),
        (74_660_000, "(28.1 % of the size)", False),
    ],
)
def test_a_size_that_did_not_shrink_is_said(size: int, said: str, found: bool) -> None:
    card = card_of(weight_bytes=size)
    assert said in card.headline[0]
    report = lint(render_card(card, "int8"), "README.md")
    assert ("larger-than-fp32" in {finding.rule for finding in report.findings}) == found
