"""Tables of runs: what was varied, and what came out."""

from __future__ import annotations

import re

from cardgen.inherit.document import Span, Table
from cardgen.inherit.facts.columns import Column, cell_at, spacer
from cardgen.inherit.facts.model import Figure, Subject, SweepRow
from cardgen.inherit.facts.numbers import read_cell, unit_of
from cardgen.inherit.facts.scope import Scope
from cardgen.inherit.facts.words import runtime_of
from cardgen.patterns import regex

_BATCH = regex(r"batch[\s_-]{0,3}size\s{0,3}(?:=|:|of|is)?\s{0,3}(\d{1,9})\b", re.IGNORECASE)
_LENGTH = regex(r"(?:input|sequence|seq)[\s_-]{0,3}len(?:gth)?s?\s{0,3}(?:=|:|of|is)?\s{0,3}(\d{1,9})\b", re.IGNORECASE)
_BATCH_NAME = regex(r"batch[ _-]?size", re.IGNORECASE)
_LENGTH_NAME = regex(r"(?:input|sequence|seq)[ _-]?len(?:gth)?", re.IGNORECASE)
_QUANTIZATION_NAME = regex(r"(?:apply_)?quanti[sz](?:ation|ed|e)|precision|d(?:ata)?[ _]?type", re.IGNORECASE)
_NOT_QUANTIZED = frozenset({"false", "no", "none", "n/a", "-", "", "fp32", "float32", "off"})


def sweep_rows(scope: Scope, table: Table, columns: tuple[Column, ...], above: str) -> list[SweepRow]:
    """The runs of a table.

    Args:
        scope: the card.
        table: the table, known to be a sweep.
        columns: its columns.
        above: the text just above it, which may give batch size and input length.
    """
    measured = [column for column in columns if column.role == "figure"]
    varied = [column for column in columns if column.index < measured[0].index and not spacer(column.title)]
    told = {_BATCH_NAME: _BATCH.search(above), _LENGTH_NAME: _LENGTH.search(above)}
    rows = []
    for row in table.rows:
        cells = {column.title: cell.text for column in varied if (cell := cell_at(row, column.index)) is not None}
        parameters = {title: text.strip("`") for title, text in cells.items()}
        subject = _subject(parameters)
        figures = []
        for column in measured:
            cell = cell_at(row, column.index)
            numbers = read_cell(cell.text) if cell else ()
            if cell and len(numbers) == 1:
                unit = numbers[0].unit or unit_of(column.title)
                span = scope.places.find(cell.span, cell.text, numbers[0].start, numbers[0].end)
                quantity = column.quantity or ""
                figures.append(Figure(quantity, column.title, subject, numbers[0].value, unit, "table", span))
        if figures:
            sizes = [_given(parameters, name) or (int(found[1]) if found else None) for name, found in told.items()]
            span = Span(row[0].span.start, max(cell.span.end for cell in row))
            rows.append(SweepRow(parameters, tuple(figures), sizes[0], sizes[1], span))
    return rows


def _given(parameters: dict[str, str], name: re.Pattern[str]) -> int | None:
    for title, text in parameters.items():
        if name.fullmatch(title) and text.isascii() and text.isdigit():
            return int(text[:9])
    return None


def _subject(parameters: dict[str, str]) -> Subject:
    label = ", ".join(parameters.values())
    baseline = any(
        _QUANTIZATION_NAME.fullmatch(name) and text.lower() in _NOT_QUANTIZED for name, text in parameters.items()
    )
    runtime = next((found for text in parameters.values() if (found := runtime_of(text))), None)
    return Subject(label, baseline, runtime)
