from __future__ import annotations

from tests.review.diff.rules_page import PAGE, START, tables


def test_the_page_lists_every_rule() -> None:
    _before, _start, listed = PAGE.read_text(encoding="utf-8").partition(START)
    assert listed.strip() == tables().strip(), "run `python -m tests.review.diff.rules_page`"
