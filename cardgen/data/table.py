"""Rows by columns, as plain Python values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """Some rows: all of a local file's, or those that were read in one go.

    To what reads samples it stands for a ``datasets.Dataset``, of which it has the few names that are used.
    """

    columns: Mapping[str, Sequence[Any]]
    rows: int
    positions: Sequence[int] | None = None
    """Where in the dataset each row is, counted from 0, where they were picked out of it."""

    @property
    def column_names(self) -> tuple[str, ...]:
        """In the file's order."""
        return tuple(self.columns)

    @property
    def features(self) -> Mapping[str, Any]:
        """None: neither CSV nor JSON says what a column is, and nothing is guessed."""
        return {}

    def column(self, name: str) -> Sequence[Any]:
        """The values of a column; ``None`` in each row where there is none of this name, as for a key in no object."""
        return self.columns[name] if name in self.columns else [None] * self.rows

    def select(self, rows: Iterable[int]) -> Table:
        """Some of the rows, in the order in which they are named."""
        kept = [int(row) for row in rows]
        columns = {name: [values[row] for row in kept] for name, values in self.columns.items()}
        return Table(columns, len(kept), kept if self.positions is None else [self.positions[row] for row in kept])

    def __len__(self) -> int:
        """How many rows."""
        return self.rows

    def __getitem__(self, name: str) -> Sequence[Any]:
        """The values of a column that is there."""
        return self.columns[name]


def joined(parts: Iterable[Table]) -> Table:
    """Tables, one below the other."""
    columns: dict[str, list[Any]] = {}
    rows = 0
    for part in parts:
        for name in part.columns:
            if name not in columns:
                columns[name] = [None] * rows
        for name, values in columns.items():
            values.extend(part.column(name))
        rows += part.rows
    return Table(columns, rows)
