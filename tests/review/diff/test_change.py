from __future__ import annotations

import pytest

from cardgen.review.diff.change import Change

MOVED = Change(
    "score-fell",
    "variants.onnx.accuracy",
    "breaking",
    {"old": 0.9108, "new": 0.8},
)


def test_a_fingerprint_is_twelve_hex_digits_over_rule_place_and_arguments() -> None:
    assert MOVED.fingerprint == "9ad7ec8b26d0"
    assert Change("score-fell", MOVED.place, "note", {"new": 0.8, "old": 0.9108}).fingerprint == MOVED.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        Change("score-rose", MOVED.place, "breaking", MOVED.arguments),
        Change(MOVED.rule, "variants.pytorch.accuracy", "breaking", MOVED.arguments),
        Change(MOVED.rule, MOVED.place, "breaking", {**MOVED.arguments, "new": 0.8000000000000002}),
    ],
    ids=["rule", "place", "argument"],
)
def test_another_change_has_another_fingerprint(other: Change) -> None:
    assert other.fingerprint != MOVED.fingerprint
