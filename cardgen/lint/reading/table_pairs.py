"""Pairs of figures that a card sets side by side: one quantity of two models."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from cardgen.inherit.document import Cell, Document, Paragraph, Table
from cardgen.inherit.facts.numbers import Number, decimal_of, read_cell, unit_of
from cardgen.inherit.facts.words import is_baseline, is_derived, names_model, quantity_of
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.reading.printed import is_comparable
from cardgen.patterns import regex

_MEASURED = regex(r"(?<![\w.])(?P<value>\d{1,6}(?:\.\d{1,4})?)\s?(?P<unit>[MG]i?B|ms)(?!\w)")
_MODELS = 6
"""Models up to which each is paired with each."""


class SideBySide(NamedTuple):
    """One quantity of two models."""

    label: str
    """What it is, as the card says: the row's or the column's title."""
    quantity: str | None
    first: Decimal
    second: Decimal
    unit: str


@for_one_card
def side_by_side(document: Document) -> tuple[SideBySide, ...]:
    """All pairs of all tables, whichever way round these are."""
    tables = [block for block in document.blocks if isinstance(block, Table) and len(block.header) > 1]
    return tuple(pair for table in tables for pair in (*_in_rows(table), *_in_columns(table)))


def in_paragraph(paragraph: Paragraph) -> tuple[SideBySide, ...]:
    """The two sizes, or the two times, that a sentence names; none where it names another number of them."""
    found = list(islice(_MEASURED.finditer(paragraph.text), 3))
    if len(found) != 2 or found[0]["unit"].lower() != found[1]["unit"].lower():
        return ()
    first, second = (decimal_of(match["value"]) for match in found)
    unit = found[0]["unit"]
    quantity = "latency_ms" if unit.lower() == "ms" else "size"
    return (SideBySide("what the sentence compares", quantity, first, second, unit),)


def _single(cell: Cell) -> Number | None:
    numbers = read_cell(cell.text)
    return numbers[0] if len(numbers) == 1 and is_comparable(numbers[0].value) else None


def _in_rows(table: Table) -> Iterator[SideBySide]:
    """Tables with a column for each model."""
    models = [
        index
        for index, cell in enumerate(table.header)
        if index and cell.text.strip() and quantity_of(cell.text) is None and not is_derived(cell.text)
    ]
    if not 2 <= len(models) <= _MODELS or not any(names_model(table.header[index].text) for index in models):
        return
    for row in table.rows:
        if row and row[0].text.strip():
            yield from _paired(row[0].text, [row[index] for index in models if index < len(row)])


def _in_columns(table: Table) -> Iterator[SideBySide]:
    """Tables with a row for each model, of which one is the baseline or which are two."""
    rows = [row for row in table.rows if row]
    if not 2 <= len(rows) <= _MODELS or (not any(is_baseline(row[0].text) for row in rows) and len(rows) > 2):
        return
    if any(quantity_of(row[0].text) for row in rows):
        return
    for index, head in enumerate(table.header):
        if index and head.text.strip() and not is_derived(head.text):
            yield from _paired(head.text, [row[index] for row in rows if index < len(row)])


def _paired(label: str, cells: list[Cell]) -> Iterator[SideBySide]:
    numbers = [number for number in map(_single, cells) if number]
    for position, first in enumerate(numbers):
        for second in numbers[position + 1 :]:
            if first.unit.lower() == second.unit.lower():
                unit = first.unit or unit_of(label)
                yield SideBySide(label, quantity_of(label), first.value, second.value, unit)
