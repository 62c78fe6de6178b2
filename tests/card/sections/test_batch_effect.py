"""What a card says of batches: only what was found out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cardgen.card.build import build_card
from cardgen.card.model import Card
from cardgen.records.request import PredictRequest
from cardgen.records.results.predict import BatchCheck
from tests.factory import make_evidence, make_manifest

SEEN = BatchCheck(samples=8, difference=0.62, tolerance=0.001)


def card(*, seen: BatchCheck | None = None, **evaluation: Any) -> Card:
    data = {
        "dataset": {"id": "owner/data", "split": "test"},
        "columns": {"text": "text", "label": "label"},
        "metrics": ["accuracy"],
    }
    manifest = make_manifest(evaluation={**data, **evaluation})
    evidence = make_evidence(manifest)
    if seen is not None:
        records = []
        for record in evidence.records:
            if isinstance(record.request, PredictRequest) and record.request.batch_size > 1:
                changes: Mapping[str, Any] = {"one_by_one": not seen.alike}
                if "baseline" not in record.needs:
                    changes = {**changes, "batch_check": seen}
                found = record.result.model_copy(update=changes)
                records.append(record.model_copy(update={"result": found}))
            else:
                records.append(record)
        evidence = evidence.model_copy(update={"records": tuple(records)})
    return build_card(manifest, evidence, {}, manifest_file="model.yaml", evidence_file="evidence.json")


def notes(made: Card) -> str:
    return "\n".join(made.measurement_notes)


@pytest.mark.parametrize("runtime", ["PyTorch", "ONNX"])
def test_what_was_tested_is_said(runtime: str) -> None:
    told = notes(card())
    assert (
        f"8 samples, computed as one padded batch and each alone in FP32 with {runtime}, give outputs that differ by "
        "2e-07 of their size at the most: FP32 scores do not depend on the batch."
    ) in told


def test_outputs_that_are_the_same_are_said_to_be() -> None:
    told = notes(card(seen=BatchCheck(samples=8, difference=0.0, tolerance=0.001)))
    assert "with ONNX, give the same outputs: FP32 scores do not depend on the batch." in told


def test_what_was_not_tested_is_not_said() -> None:
    told = notes(card(batch_size=1))
    assert "FP32 is the base model saved and run in the same runtime" in told
    assert "do not depend on the batch" not in told
    assert "padded batch" not in told


def test_a_model_that_sees_padding_is_scored_one_by_one() -> None:
    made = card(seen=SEEN)
    told = notes(made)
    assert (
        "give outputs that differ by 0.6 of their size: the model sees the padding of a batch, so FP32 and `pytorch` "
        "are scored one sample at a time, as a reader should ask too."
    ) in told
    assert "do not depend on the batch" not in told
    assert "| Samples per batch | 1 | 1 |" in made.measurement
    assert "| Samples per batch, FP32 | 1 | 1 |" in made.measurement


def test_no_effect_of_a_batch_is_told_where_there_was_none() -> None:
    told = notes(card(seen=SEEN, batch_size=8))
    assert "Scored one sample at a time" not in told
    assert "so its scores depend on the batch size" not in told
    assert "Scored one sample at a time, and not 8, `onnx`" in notes(card(batch_size=8))
