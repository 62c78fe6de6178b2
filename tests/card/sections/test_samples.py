"""What a card says of single samples and answers."""

from __future__ import annotations

from typing import Any

from cardgen.card.build import build_card
from cardgen.card.model import Card
from tests.factory import make_evidence, make_manifest


def card(**changes: Any) -> Card:
    manifest = make_manifest(**changes)
    return build_card(manifest, make_evidence(manifest), {}, manifest_file="model.yaml", evidence_file="evidence.json")


def summarizer() -> Card:
    return card(
        task="summarization",
        variants={"onnx": {"backend": "onnxruntime", "approach": "dynamic"}},
        evaluation={
            "dataset": {"id": "owner/data", "split": "test"},
            "columns": {"text": "text", "summary": "summary"},
            "metrics": ["rouge1"],
        },
    )


def test_cut_answers_are_counted_and_said() -> None:
    made = summarizer()
    assert "| Answers cut at the maximum length | 5 |" in made.measurement
    assert "| Answers cut at the maximum length, FP32 | 5 |" in made.measurement
    assert (
        "Of 872 answers 5 of `onnx` and 5 of FP32 were cut, at `max_length` 20: they may lack their end."
        in made.measurement_notes
    )


def test_what_was_in_force_is_listed() -> None:
    assert (
        'Settings of the evaluation of `onnx`: `max_length` 20 and `prefix` `"summarize: "`.'
        in summarizer().measurement_notes
    )


def test_a_classifier_writes_nothing_that_could_be_cut() -> None:
    assert "cut at the maximum length" not in card().measurement
