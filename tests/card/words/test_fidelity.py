from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from cardgen.card.facts.gather import gather_facts
from cardgen.card.facts.joined import Facts
from cardgen.card.words.fidelity import fidelity_lines, fidelity_notes
from cardgen.card.words.numbers import divergence
from cardgen.records.results.fidelity import Divergence, Fidelity, Share
from tests.factory import make_evidence, make_manifest
from tests.review.diff.states import with_results

TOKENS = Divergence(
    mean=0.02114,
    low=0.0188,
    high=0.0236,
    median=0.0041,
    p99=0.21,
    largest=3.2,
    units=16384,
    unknown=2,
    likeliest=32,
)


def share(count: int, units: int, interval: str = "bootstrap") -> Share:
    return Share.model_validate(
        {"count": count, "low": max(0.0, count / units - 0.01), "high": count / units + 0.01, "interval": interval}
    )


def facts(found: Fidelity | None) -> Facts:
    manifest = make_manifest()
    evidence = with_results(make_evidence(manifest), "evaluate", "onnxruntime", fidelity=found)
    return gather_facts(manifest, with_results(evidence, "evaluate", "neural-compressor", fidelity=None), "e.json")


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (
            Fidelity(unit="word", units=5000, same=share(4950, 5000), lost=share(30, 5000), gained=share(15, 5000)),
            (
                "`onnx` answers 4950 of 5000 words as FP32 does (99.00 % [98.00, 100.00]): 30 went from right to wrong "
                "(0.60 % [0.00, 1.60]) and 15 from wrong to right (0.30 % [0.00, 1.30])."
            ),
        ),
        (
            Fidelity(unit="sample", units=200, same=share(150, 200, "wilson")),
            "`onnx` answers 150 of 200 samples as FP32 does (75.00 % [74.00, 76.00]).",
        ),
        (
            Fidelity(unit="token", units=280_000, same=share(260_000, 280_000), divergence=TOKENS),
            (
                "`onnx` answers 260000 of 280000 tokens as FP32 does (92.86 % [91.86, 93.86]); KL divergence from FP32 "
                "at least 0.0211 nats a token [0.0188, 0.0236], by the 32 likeliest tokens of each, over 16384 tokens "
                "spread over all, without 2 tokens of which it is infinite or unknown."
            ),
        ),
    ],
)
def test_it_is_one_line(found: Fidelity, line: str) -> None:
    assert fidelity_lines(facts(found)) == (line,)


def test_the_note_names_what_is_there() -> None:
    (note,) = fidelity_notes(facts(Fidelity(unit="sample", units=200, same=share(150, 200, "wilson"))))
    assert "Intervals: agreement by the Wilson score interval." in note
    assert "KL" not in note
    (note,) = fidelity_notes(facts(Fidelity(unit="token", units=9, same=share(5, 9), divergence=TOKENS)))
    assert "Intervals: agreement by a percentile bootstrap over samples and the mean divergence by" in note


def test_where_nothing_can_be_the_same_nothing_is_said() -> None:
    assert fidelity_lines(facts(None)) == ()
    assert fidelity_notes(facts(None)) == []
    assert fidelity_notes(replace(facts(None), variants=())) == []


@pytest.mark.parametrize(
    ("nats", "shown"),
    [
        (0.0, "0"),
        (1e-9, "below 0.000001"),
        (0.0000123456, "0.0000123"),
        (0.5, "0.500"),
        (12.345, "12.3"),
        (1234.5, "1230"),
    ],
)
def test_digits_of_a_divergence(nats: float, shown: str) -> None:
    assert divergence(nats) == shown


@pytest.mark.parametrize(
    "change", [{"units": 0}, {"units": -3}, {"same": {"count": -1, "low": 0, "high": 1, "interval": "wilson"}}]
)
def test_counts_that_nothing_gives_are_no_evidence(change: dict[str, object]) -> None:
    whole = Fidelity(unit="sample", units=200, same=share(150, 200, "wilson")).model_dump()
    with pytest.raises(ValidationError):
        Fidelity.model_validate({**whole, **change})
