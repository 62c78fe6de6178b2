"""A column of the answers that are expected to questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardgen.data.fault import Fault, Misfits
from cardgen.data.rules.rule import Rule


class AnswerRule(Rule):
    """Every row holds answers, as SQuAD has them, as a list or as one text; there may be none."""

    def __init__(self, column: str) -> None:
        """Take the column of answers."""
        super().__init__(answers=column)
        self._wrong = Misfits()

    def look(self, *values: Sequence[Any]) -> None:
        """Look at some more answers."""
        (answers,) = values
        self._wrong.add([answers_of(value) is not None for value in answers], answers, self.positions)

    def found(self) -> list[Fault]:
        """That some rows hold something else, if so."""
        faults = self._wrong.fault("answers", self.columns["answers"], "answers", self.rows)
        remedy = (
            "Name as `answers` a column that holds `{text: [...], answer_start: [...]}`, a list of texts or a text."
        )
        return [Fault(fault.key, fault.message, remedy, fault.rows) for fault in faults]


def answers_of(value: Any) -> list[str] | None:
    """The texts of a value: ``{text: [...]}``, a list of texts or of such, or a text; ``None`` for any other."""
    texts = value.get("text") if isinstance(value, Mapping) else value
    if isinstance(texts, str):
        texts = [texts] if texts else []
    if isinstance(texts, list) and all(isinstance(text, Mapping) for text in texts):
        texts = [text.get("text") for text in texts]
    if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
        return list(texts)
    return None
