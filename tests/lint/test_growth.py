"""Reading a card and judging it takes work that grows with its length, and no faster. Work is counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

import pytest

from cardgen.inherit.facts.find import read_facts
from cardgen.inherit.parse import parse_card
from cardgen.lint.engine import lint
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.registry import RULES
from tests.lint.long_cards import LONG_CARDS

FEW = 120
"""Beyond what is compared one by one: of a hundred figures of a measure, each with each."""


def work(card: str, rules: Sequence[Rule] = RULES) -> int:
    """Calls, of Python and of C alike, that lint makes."""
    count = 0
    parse_card.cache_clear()
    read_facts.cache_clear()  # each time is that of a card which was not read before

    def called(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        lint(card, "README.md", rules)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("made", LONG_CARDS.values(), ids=LONG_CARDS)
def test_work_grows_with_the_length_of_a_card(made: Callable[[int], str]) -> None:
    lint(made(4 * FEW), "README.md")  # what is read once, and kept for all cards
    some, more, most = (work(made(times * FEW)) for times in (1, 2, 4))
    assert (most - more) / (more - some) < 2.6  # each is twice the other where it grows with the length


def each_with_each(subject: Subject) -> Iterator[Found]:
    blocks = subject.document.blocks
    for one in blocks:
        if any(len(other.span) != len(one.span) for other in blocks):
            yield Found(one.span, "it is unlike another", "make it alike")


def test_a_rule_that_compares_each_with_each_is_found_out() -> None:
    rule = Rule("alike", "note", "Blocks that are unlike.", each_with_each)
    made = LONG_CARDS["headings"]
    some, more, most = (work(made(times * FEW), (rule,)) for times in (1, 2, 4))
    assert (most - more) / (more - some) > 2.6
