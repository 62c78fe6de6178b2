"""A column of texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cardgen.data.fault import Fault, Misfits
from cardgen.data.rules.rule import Rule


class TextRule(Rule):
    """Every row holds text, be it empty."""

    def __init__(self, role: str, column: str) -> None:
        """Take the column that fills ``role``."""
        super().__init__(**{role: column})
        self._wrong = Misfits()

    def look(self, *values: Sequence[Any]) -> None:
        """Look at some more texts."""
        (texts,) = values
        self._wrong.add([isinstance(text, str) for text in texts], texts, self.positions)

    def found(self) -> list[Fault]:
        """That some rows hold no text, if so."""
        ((role, column),) = self.columns.items()
        return self._wrong.fault(role, column, "text", self.rows)
