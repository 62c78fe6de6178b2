from __future__ import annotations

import re

import pytest

from tests.inherit.facts.cards import facts_of, written


@pytest.mark.parametrize(
    ("text", "limit", "relative"),
    [
        ("So there is less than 1% relative loss of F1.", "0.01", True),
        ("They stay so, to meet a 1% relative accuracy loss.", "0.01", True),
        ("The loss stays within 1 %.", "0.01", False),
        ("The relative accuracy loss is below 0.5 percent.", "0.005", True),
        ("At most 2% accuracy drop.", "0.02", False),
        ("Accuracy loss tolerance: 1%", "0.01", False),
    ],
)
def test_a_bound(text: str, limit: str, relative: bool) -> None:
    card = f"# M\n\n{text}\n"
    (claim,) = facts_of(card).losses
    assert (str(claim.limit), claim.relative) == (limit, relative)
    assert re.search(r"\d (?:%|percent)|\d%", written(card, claim.span))


@pytest.mark.parametrize("text", ["The accuracy loss is 0.76%.", "Less than 1% of the texts are cut.", "80% dropout"])
def test_no_bound(text: str) -> None:
    assert facts_of(f"# M\n\n{text}\n").losses == ()
