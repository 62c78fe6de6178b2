"""Columns of answers to choose from, and of the number of the right one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cardgen.catalog.suggest import nearest
from cardgen.data.fault import Fault, Misfits, its_columns, unlabelled
from cardgen.data.rules.rule import Rule
from cardgen.data.rules.texts import TextRule
from cardgen.data.table import Table

_FEWEST = 2
"""Answers, of which one is right."""
_LONGEST_NUMBER = 18
"""Characters of a number as text: Python refuses to read thousands."""
_LISTS = (
    "Name a column that holds a list of two or more answers in each row, or the columns that hold one answer each by a "
    "pattern: `ending*` for ending0, ending1 and so on."
)


def choice_rule(column: str) -> Rule:
    """The rule of what ``choices`` names: a column of lists, or columns by a pattern."""
    return NumberedRule(column) if column.endswith("*") else ChoiceRule(column)


class ChoiceRule(Rule):
    """Every row holds a list of answers."""

    def __init__(self, column: str) -> None:
        """Take the column of lists."""
        super().__init__(choices=column)
        self._wrong = Misfits()

    def look(self, *values: Sequence[Any]) -> None:
        """Look at some more lists."""
        (lists,) = values
        self._wrong.add([are_choices(answers) for answers in lists], lists, self.positions)

    def found(self) -> list[Fault]:
        """That some rows hold no list of answers, if so."""
        column = self.columns["choices"]
        if self._wrong.count == self.rows and isinstance(self._wrong.value, str):
            message = f"Column `{column}` holds text, not lists of answers."
            return [Fault(("columns", "choices"), message, _LISTS, self._wrong.count)]
        return self._wrong.fault("choices", column, "a list of two or more texts", self.rows)


class NumberedRule(Rule):
    """Every row holds a text in each of the columns that a pattern stands for, with a number in place of its ``*``."""

    def __init__(self, pattern: str) -> None:
        """Take the pattern."""
        super().__init__(choices=pattern)
        self._pattern = pattern
        self._texts: dict[str, TextRule] = {}
        self._before: list[int] = []
        """Positions of all rows so far, where these were picked."""

    def reads(self, names: Sequence[str]) -> tuple[str, ...]:
        """The columns that the pattern stands for."""
        return numbered(names, self._pattern)

    def take(self, table: Table) -> None:
        """Look at some more rows; a column that comes only with these was null in those before."""
        for name in numbered(table.column_names, self._pattern):
            if name not in self._texts:
                self._texts[name] = TextRule("choices", name)
                self._texts[name].take(Table({}, self.rows, self._before or None))
        for rule in self._texts.values():
            rule.take(table)
        self._before += table.positions or ()
        self.rows += table.rows

    def look(self, *values: Sequence[Any]) -> None:
        """Nothing: each column is a rule of its own."""

    def faults(self, names: Sequence[str]) -> list[Fault]:
        """That there are too few such columns, or rows that hold something else than text."""
        found = numbered(names, self._pattern)
        if len(found) >= _FEWEST:
            return [fault for name in found for fault in self._texts[name].faults(names)]
        hint = nearest(self._pattern.replace("*", "0"), names)
        count = "only one column" if found else "no columns"
        message = f"The dataset has {count} that `{self._pattern}` stands for: a number in place of the `*`."
        remedy = (f"Did you mean those like `{hint}`? " if hint else "") + f"{its_columns(names)} {_LISTS}"
        return [Fault(("columns", "choices"), message, remedy)]

    def found(self) -> list[Fault]:
        """Those of the columns."""
        return []


class RightRule(Rule):
    """Every row holds the number of the right answer, counted from 0; digits are taken too, as CSV has no numbers."""

    def __init__(self, label: str, choices: str) -> None:
        """Take the column of the numbers, and what ``choices`` names."""
        super().__init__(label=label)
        self._choices = choices
        self._missing, self._wrong = Misfits(), Misfits()
        self._beyond: tuple[int, int, int] | None = None
        self._counted: Sequence[int | None] = ()

    def reads(self, names: Sequence[str]) -> tuple[str, ...]:
        """The numbers, and the answers that they are of."""
        return (*super().reads(names), *choice_rule(self._choices).reads(names))

    def take(self, table: Table) -> None:
        """Look at some more rows."""
        self._counted = self._counts(table)
        super().take(table)

    def look(self, *values: Sequence[Any]) -> None:
        """Look at some more numbers, beside how many answers each row has."""
        (found,) = values
        there = [value not in (None, "", -1) for value in found]
        numbers = [number_of(value) for value in found]
        self._missing.add(there, found, self.positions)
        self._wrong.add([number is not None or not is_there for number, is_there in zip(numbers, there, strict=True)],
                        found, self.positions)  # fmt: skip
        if self._beyond is None:
            self._beyond = next(
                (
                    (row, number, count)
                    for row, number, count in zip(self.positions, numbers, self._counted, strict=True)
                    if number is not None and count is not None and number >= count
                ),
                None,
            )

    def found(self) -> list[Fault]:
        """That rows have no number, hold something else, or a number that no answer has."""
        key, column = ("columns", "label"), self.columns["label"]
        faults = [unlabelled("label", column, self._missing, self.rows)] if self._missing.count else []
        faults += self._wrong.fault("label", column, "the number of the right answer", self.rows)
        if self._beyond is not None:
            row, number, answers = self._beyond
            message = (
                f"Column `{column}` says that the right answer has number {number} in row {row}, but the last of its "
                f"{answers} answers has number {answers - 1}: both are counted from 0."
            )
            remedy = "Name another column as `label`, or number the answers from 0."
            faults.append(Fault(key, message, remedy))
        return faults

    def _counts(self, table: Table) -> Sequence[int | None]:
        """How many answers each row has, where that can be told."""
        if self._choices.endswith("*"):
            count = len(numbered(table.column_names, self._choices))
            return [count if count >= _FEWEST else None] * table.rows
        return [len(answers) if are_choices(answers) else None for answers in table.column(self._choices)]


def are_choices(value: Any) -> bool:
    """Whether a value is a list of answers to choose from."""
    return isinstance(value, list) and len(value) >= _FEWEST and all(isinstance(text, str) for text in value)


def number_of(value: object) -> int | None:
    """The number of an answer; ``None`` for what is none."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) <= _LONGEST_NUMBER:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def numbered(names: Sequence[str], pattern: str) -> tuple[str, ...]:
    """The columns that a pattern stands for, in the order of their numbers."""
    wanted = re.compile(re.escape(pattern.removesuffix("*")) + r"(\d+)")
    numbers = {int(match[1]): name for name in names if (match := wanted.fullmatch(name))}
    return tuple(numbers[number] for number in sorted(numbers))
