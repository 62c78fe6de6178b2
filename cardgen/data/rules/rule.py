"""What all rules are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from cardgen.data.fault import Fault, missing_column
from cardgen.data.table import Table


class Rule(ABC):
    """What one or more columns of a dataset must hold; takes the rows as they come, and keeps none of them."""

    def __init__(self, **columns: str) -> None:
        """Take the name of the column for each role, in the order in which :meth:`look` takes their values."""
        self.columns = columns
        self.rows = 0
        """How many have been looked at."""
        self.positions: Sequence[int] = ()
        """In the dataset, of the rows that are looked at now."""

    def reads(self, names: Sequence[str]) -> tuple[str, ...]:
        """Which of a dataset's columns this is about."""
        return tuple(column for column in self.columns.values() if column in names)

    def take(self, table: Table) -> None:
        """Look at some more rows."""
        self.positions = range(self.rows, self.rows + table.rows) if table.positions is None else table.positions
        self.look(*(table.column(column) for column in self.columns.values()))
        self.rows += table.rows

    def faults(self, names: Sequence[str]) -> list[Fault]:
        """What is wrong with the rows so far.

        Args:
            names: of all columns that the dataset has.
        """
        missing = [missing_column(role, column, names) for role, column in self.columns.items() if column not in names]
        return missing or self.found()

    @abstractmethod
    def look(self, *values: Sequence[Any]) -> None:
        """Look at the values of the columns in some more rows."""

    @abstractmethod
    def found(self) -> list[Fault]:
        """What is wrong with them, where all columns are there."""
