"""A column of labels, one for each row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from cardgen.data.fault import UNLABELLED, Fault, Misfits, unlabelled
from cardgen.data.rules.rule import Rule

MOST_LABELS = 50_000
"""Different labels past which a column is none of labels: no classifier knows as many."""


@dataclass(frozen=True)
class NamedLabels:
    """A ``datasets.ClassLabel``: labels are numbers in the data, and have names."""

    names: tuple[str, ...]


class LabelRule(Rule):
    """Every row has a label, and all of them are of one kind."""

    def __init__(self, column: str, named: NamedLabels | None = None) -> None:
        """Take the column of labels, and their names where the dataset knows them."""
        super().__init__(label=column)
        self._named = named
        self._missing = Misfits()
        self._values: dict[Any, None] = {}
        self._kinds: dict[type, None] = {}

    def look(self, *values: Sequence[Any]) -> None:
        """Look at some more labels."""
        (labels,) = values
        named = self._named is not None
        fit = [not (label in (None, "") or (named and label < 0)) for label in labels]
        self._missing.add(fit, labels, self.positions)
        there = [label for label, fits in zip(labels, fit, strict=True) if fits]
        self._kinds |= dict.fromkeys(map(type, there))
        if self._alike and len(self._values) <= MOST_LABELS:
            self._values |= dict.fromkeys(there)

    def found(self) -> list[Fault]:
        """That rows have no label, or hold something else."""
        column = self.columns["label"]
        faults = [unlabelled("label", column, self._missing, self.rows)] if self._missing.count else []
        if self._named is None:
            faults += self._of_kind()
        return faults

    @property
    def distinct(self) -> tuple[str, ...]:
        """Each label once, as text: for named ones in the dataset's order, else sorted; none of what is no label."""
        if self._named is not None:
            return tuple(name for value, name in enumerate(self._named.names) if value in self._values)
        return () if self._of_kind() else tuple(str(value) for value in sorted(self._values))

    @property
    def numbers(self) -> bool:
        """Whether they are bare numbers."""
        return self._named is None and self._kinds.keys() == {int}

    def text(self, label: Any) -> str:
        """A label as text."""
        return str(label) if self._named is None else self._named.names[label]

    @property
    def _alike(self) -> bool:
        return len(self._kinds) <= 1 and self._kinds.keys() <= {str, int, bool}

    def _of_kind(self) -> list[Fault]:
        key, column = ("columns", "label"), self.columns["label"]
        if not self._alike:
            return [
                Fault(
                    key,
                    f"Column `{column}` holds {named_kinds(self._kinds)} values, not labels.",
                    "Name a column of label names or whole numbers as `label`.",
                )
            ]
        if self.numbers and min(self._values) < 0:
            lowest = min(self._values)
            return [
                Fault(key, f"Column `{column}` holds labels below 0, as unlabelled splits do: {lowest}.", UNLABELLED)
            ]
        if len(self._values) > MOST_LABELS:
            message = f"Column `{column}` holds more than {MOST_LABELS} different values, which are no labels."
            return [Fault(key, message, "Name the column of labels as `label`.")]
        return []


def named_kinds(kinds: Collection[type]) -> str:
    """Types of values, for people."""
    return " and ".join(sorted(kind.__name__ for kind in kinds))
