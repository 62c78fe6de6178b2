from __future__ import annotations

from cardgen.review.diff.compare import compare
from cardgen.review.diff.formats.told import tell
from tests.review.diff.mutated import Recipe


def test_scores_and_sizes_are_told_before_how_near_answers_are_to_fp32() -> None:
    found = compare(Recipe().state(), Recipe(observed=("less alike", "slightly worse", "larger")).state())
    (card,) = tell([found]).cards
    told = card.figures.split(", ")
    assert [" ".join(each.split()[:2]) for each in told[:2]] == ["onnx accuracy", "onnx F1"]
    assert [" ".join(each.split()[:2]) for each in told[2:4]] == ["onnx size", "pytorch size"]
    assert told[-1].startswith("and ")
