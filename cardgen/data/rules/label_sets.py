"""A column of several labels for each row: as many as apply, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cardgen.data.fault import Fault, Misfits
from cardgen.data.rules.labels import NamedLabels, named_kinds
from cardgen.data.rules.rule import Rule

_FORMS = (
    "Name a column of lists of label names or whole numbers, or of text with commas between the names, as `labels`; "
    "or of lists with 0.0 or 1.0 for each of the model's labels, in their order."
)


class LabelSetRule(Rule):
    """Every row has a list of labels, each once; or a list of 0.0 and 1.0, one for each label, all equally long."""

    def __init__(self, column: str, named: NamedLabels | None = None) -> None:
        """Take the column of lists, and the labels' names where the dataset knows them."""
        super().__init__(labels=column)
        self._named = named
        self._wrong = Misfits()
        self._values: dict[Any, None] = {}
        self._kinds: dict[type, None] = {}
        self._lengths: dict[int, None] = {}

    def look(self, *values: Sequence[Any]) -> None:
        """Look at the labels of some more rows."""
        rows = [members(value) for value in values[0]]
        self._wrong.add([_is_set(row) for row in rows], values[0], self.positions)
        lists = [row for row in rows if isinstance(row, list)]
        self._lengths |= dict.fromkeys(len(row) for row in lists)
        there = [label for row in lists for label in row]
        self._kinds |= dict.fromkeys(map(type, there))
        if self._kinds.keys() <= {int, str, float} and len(self._kinds) <= 1:
            self._values |= dict.fromkeys(there)

    def found(self) -> list[Fault]:
        """That rows hold something else than labels."""
        key, column = ("columns", "labels"), self.columns["labels"]
        if self._wrong.count:
            faults = self._wrong.fault("labels", column, "a list of labels, each once", self.rows)
            first = members(self._wrong.value)
            if isinstance(first, list) and all(label in (0, 1) for label in first):
                return [replace(faults[0], remedy="Write 1.0 and 0.0 where each of the model's labels is marked.")]
            return faults
        if len(self._kinds) > 1 or not self._kinds.keys() <= {int, str, float}:
            message = f"Column `{column}` holds lists of {named_kinds(self._kinds)} values, not of labels."
            return [Fault(key, message, _FORMS)]
        if self.marks and not self._values.keys() <= {0.0, 1.0}:
            message = f"Column `{column}` holds lists of numbers that are neither 0.0 nor 1.0."
            return [Fault(key, message, _FORMS)]
        if self.marks and len(self._lengths) > 1:
            lengths = ", ".join(map(str, sorted(self._lengths)))
            message = f"Column `{column}` holds lists of 0.0 and 1.0 that are not equally long: {lengths}."
            return [Fault(key, message, _FORMS)]
        if not self._values:
            return [Fault(key, f"Column `{column}` gives no row a label.", "Name a labelled split, or another column.")]
        return []

    @property
    def marks(self) -> bool:
        """Whether the lists hold 0.0 or 1.0 for each of the model's labels, in their order."""
        return self._kinds.keys() == {float}

    @property
    def width(self) -> int | None:
        """How many labels the lists of 0.0 and 1.0 are of; ``None`` where they are none."""
        return next(iter(self._lengths), None) if self.marks else None

    @property
    def distinct(self) -> tuple[str, ...]:
        """Each label once, as text: for named ones in the dataset's order, else sorted; none where they are marks."""
        if self.marks:
            return ()
        if self._named is not None:
            return tuple(name for value, name in enumerate(self._named.names) if value in self._values)
        return tuple(str(value) for value in sorted(self._values)) if len(self._kinds) <= 1 else ()

    @property
    def numbers(self) -> bool:
        """Whether they are bare numbers."""
        return self._named is None and self._kinds.keys() == {int}

    def text(self, label: Any) -> str:
        """A label as text."""
        return str(label) if self._named is None else self._named.names[label]


def members(value: Any) -> Any:
    """The labels that a text holds between commas; what is no text, as it is."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _is_set(value: Any) -> bool:
    if not isinstance(value, list) or any(isinstance(label, bool | list | dict) or label is None for label in value):
        return False
    return all(isinstance(label, float) for label in value) or len(set(value)) == len(value)
