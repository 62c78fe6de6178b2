"""Whatever happened to a card, lint says what it finds, in every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.engine import lint
from cardgen.lint.presentation import as_github, as_json, as_text
from tests.lint.mutations import mutated, whole_cards

CARDS = whole_cards()
A_TIME = 40


@pytest.mark.parametrize("first", range(0, 400, A_TIME))
def test_no_accident_ends_in_an_error(first: int) -> None:
    for seed in range(first, first + A_TIME):
        report = lint(mutated(CARDS, seed), "README.md")
        assert as_text(report).count("\n") >= 2 * len(report.told)
        assert as_github(report, Path.cwd()).count("\n") == len(report.told) + len(report.untold)
        assert as_json([report])
        lines = mutated(CARDS, seed).replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        assert all(1 <= finding.line <= lines for finding in report.findings)


def test_a_seed_gives_the_same_card_again() -> None:
    assert mutated(CARDS, 7) == mutated(CARDS, 7) != mutated(CARDS, 8)
