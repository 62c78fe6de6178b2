"""What a card says of single samples and answers."""

from __future__ import annotations

from typing import Any

from cardgen.card.build import build_card
from cardgen.card.model import Card
from tests.factory import make_evidence, make_manifest


def card(blank: int = 0, cut: int | None = None, **changes: Any) -> Card:
    manifest = make_manifest(**changes)
    evidence = make_evidence(manifest)
    records = []
    for record in evidence.records:
        told = {"blank": blank} | ({} if cut is None else {"cut": cut})
        found = record.result.model_copy(update=told if record.result.kind == "predict" else {})
        records.append(record.model_copy(update={"result": found}))
    evidence = evidence.model_copy(update={"records": tuple(records)})
    return build_card(manifest, evidence, {}, manifest_file="model.yaml", evidence_file="evidence.json")


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


def test_a_length_that_evidence_does_not_hold_is_not_asked_of_it() -> None:
    assert any(
        "3 of FP32 were cut, at a length that was not recorded: " in note for note in card(cut=3).measurement_notes
    )


def test_blank_texts_are_said_once_where_there_are_some() -> None:
    for blank, verb in ((1, "has"), (7, "have")):
        told = f"Of 872 samples {blank} {verb} a text that is empty or white space: such samples are scored like the"
        assert sum(told in note for note in card(blank=blank).measurement_notes) == 1
    assert not any("white space" in note for note in card().measurement_notes)


def test_blank_texts_of_a_corpus_are_no_samples() -> None:
    made = card(
        blank=7,
        task="fill-mask",
        evaluation={
            "dataset": {"id": "owner/data", "split": "test"},
            "columns": {"text": "text"},
            "metrics": ["perplexity"],
        },
    )
    assert "7 texts of the evaluation data are empty or white space: there is nothing in them to score." in (
        made.measurement_notes
    )
