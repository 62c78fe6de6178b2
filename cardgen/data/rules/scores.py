"""A column of numbers that people gave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from cardgen.data.fault import Fault, Misfits
from cardgen.data.rules.rule import Rule


class ScoreRule(Rule):
    """Every row holds a finite number; digits are taken too, as CSV has no numbers."""

    def __init__(self, column: str) -> None:
        """Take the column of scores."""
        super().__init__(score=column)
        self._wrong = Misfits()

    def look(self, *values: Sequence[Any]) -> None:
        """Look at some more scores."""
        (scores,) = values
        self._wrong.add([math.isfinite(score_of(score)) for score in scores], scores, self.positions)

    def found(self) -> list[Fault]:
        """That some rows hold no number, if so."""
        return self._wrong.fault("score", self.columns["score"], "a number", self.rows)


def score_of(value: object) -> float:
    """A number; NaN for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan
