"""Cells of tables that hold the size of a model or of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from cardgen.inherit.document import Cell, Table
from cardgen.inherit.facts.numbers import read_cell, unit_of
from cardgen.patterns import regex

_SIZE_HEAD = regex(r"\bsize\b|\b[MG]i?B\b", re.IGNORECASE)
_MEMORY = regex(r"\bv?ram\b|memory|require|peak", re.IGNORECASE)


class SizedCell(NamedTuple):
    """One size, with what stands beside it."""

    cell: Cell
    value: Decimal
    unit: str
    """``MB`` or its like, as written in the cell, or in the head of its column or row."""
    row: tuple[Cell, ...]
    beside: tuple[str, ...]
    """The head of its column, and the other cells of its row."""


def sized_cells(table: Table) -> Iterator[SizedCell]:
    """The sizes of a table, row by row; what a machine must have in memory is none."""
    heads = [cell.text for cell in table.header]
    sized = [_SIZE_HEAD.search(head) is not None for head in heads]
    memory = [_MEMORY.search(head) is not None for head in heads]
    for row in filter(None, table.rows):
        of_row = _SIZE_HEAD.search(row[0].text) is not None
        if not (of_row or any(sized)) or _MEMORY.search(row[0].text):
            continue
        for index, cell in enumerate(row[: len(heads)]):
            if not index or memory[index] or not (of_row or sized[index]):
                continue
            number = read_cell(cell.text)
            if len(number) != 1 or not number[0].value:
                continue
            unit = number[0].unit or unit_of(heads[index]) or unit_of(row[0].text)
            if unit.lower() in ("mb", "gb", "mib", "gib"):
                beside = (heads[index], *(other.text for other in row if other is not cell))
                yield SizedCell(cell, number[0].value, unit, row, beside)
