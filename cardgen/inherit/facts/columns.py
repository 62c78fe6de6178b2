"""What each column of a table holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cardgen.inherit.document import Cell, Table
from cardgen.inherit.facts.numbers import read_cell
from cardgen.inherit.facts.words import is_derived, is_known_dataset, names_model, quantity_of
from cardgen.patterns import regex

Role = Literal["model", "dataset", "measure", "row", "figure", "derived", "none", "parameter"]

_MODEL = regex(
    r"(?:models?|model (?:name|id|type)|name|variants?|precision|formats?|d(?:ata)?[ _-]?types?|types?|runtimes?"
    r"|frameworks?|backends?|engines?|quanti[sz]ation(?: (?:method|type|scheme))?|methods?|approach|scheme|bits"
    r"|checkpoints?|weights|config(?:uration)?)",
    re.IGNORECASE,
)
_DATASET = regex(
    r"(?:tasks?|data ?sets?|benchmarks?|test ?sets?|eval(?:uation)? (?:set|data|dataset)|splits?|subsets?|domains?"
    r"|lang(?:uage)?s?|corpus|filter)(?: names?)?",
    re.IGNORECASE,
)
_MEASURE = regex(r"(?:measures?|metrics?|evaluation metrics?|quantity|indicators?)", re.IGNORECASE)
_VALUE = regex(r"(?:values?|results?|scores?|performance|test results?|evaluation results?)", re.IGNORECASE)
_NONE = regex(
    r"(?:#.*|n|no\.?|index|id|version|n-?shot|shots|num(?:ber)?\b.*|samples?|seed|epochs?|steps?|support"
    r"|.*\bparam(?:eter)?s?\b.*|stderr|std.*|url|links?|notes?|comments?|description|date|hardware|device|[gc]pu|licen[cs]e|dim.*"
    r"|hidden.*|category|source|reference)",
    re.IGNORECASE,
)
_GROUP = regex(r"(?:categor(?:y|ies)|groups?|suites?|areas?|leaderboards?|capabilit(?:y|ies))", re.IGNORECASE)
"""Of what only puts the datasets of a next column in order."""
_SWEPT = regex(
    r"(?:batch[ _-]?size|(?:input|sequence|seq)[ _-]?len(?:gth)?s?|(?:num_?)?threads|per[ _-]channel"
    r"|optimization[ _-]level|opset)",
    re.IGNORECASE,
)
_NO_RESULTS = regex(r"(?:package|library|dependency|libraries|label|class|entity|tag|class name|labels)", re.IGNORECASE)
_TRAINING = regex(r"(?:epochs?|steps?|training loss|train loss|validation loss)", re.IGNORECASE)
_WORD = regex(r"[A-Za-z0-9]")
_NO_SCORES = ("size", "latency_ms", "samples_per_s")
"""Quantities of which a table may have a column beside those of datasets."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    index: int
    title: str
    role: Role
    quantity: str | None = None
    """For figures of one quantity."""
    model: bool = False
    """For figures: whether the title names the model that they are of."""
    dataset: str | None = None
    """For figures: the dataset that the title names."""


def columns_of(table: Table) -> tuple[Column, ...]:
    """The columns of a table of results; empty for a table of anything else."""
    titles = [cell.text.strip() for cell in table.header]
    if not titles or _NO_RESULTS.fullmatch(titles[0]) or any(_TRAINING.fullmatch(title) for title in titles):
        return ()
    scored = not any(quantity_of(title) not in (None, *_NO_SCORES) for title in titles[1:])
    by_dataset = scored and sum(map(is_known_dataset, titles[1:])) >= 2
    return tuple(
        _row_titles(titles, table, by_dataset=by_dataset)
        if index == 0
        else _column(index, title, table, by_dataset=by_dataset)
        for index, title in enumerate(titles)
    )


def is_sweep(table: Table, columns: tuple[Column, ...]) -> bool:
    """Whether a table's rows are runs: parameters lead, and what was measured follows."""
    figures = [column.index for column in columns if column.role == "figure"]
    leading = (
        [column for column in columns[: figures[0]] if column.title and _WORD.search(column.title)] if figures else []
    )
    return (
        len(table.rows) > 0
        and bool(leading)
        and all(column.quantity is not None for column in columns if column.role == "figure")
        and not any(column.role in ("measure", "dataset") for column in columns)
        and not any(column.role in ("model", "parameter") for column in columns[figures[0] :])
        and (any(_SWEPT.fullmatch(column.title) for column in leading) or _varied(table, columns, leading))
    )


def cell_at(row: tuple[Cell, ...], index: int) -> Cell | None:
    """A row's cell, where the row is that long."""
    return row[index] if index < len(row) else None


def spacer(text: str) -> bool:
    """Whether a title or cell only keeps columns apart."""
    return not _WORD.search(text)


def _varied(table: Table, columns: tuple[Column, ...], leading: list[Column]) -> bool:
    kept_apart = any(
        not column.title
        and any((cell := cell_at(row, column.index)) is not None and cell.text == "|" for row in table.rows)
        for column in columns[1:]
    )
    return kept_apart or sum(column.role == "parameter" for column in leading) >= 2


def _row_titles(titles: list[str], table: Table, *, by_dataset: bool) -> Column:
    title = titles[0]
    if by_dataset or not title or _MEASURE.fullmatch(title) or is_derived(title):
        return Column(0, title, "row")
    if _DATASET.fullmatch(title):
        return Column(0, title, "dataset")
    if _SWEPT.fullmatch(title):
        return Column(0, title, "parameter")
    if _GROUP.fullmatch(title) and any(map(_DATASET.fullmatch, titles[1:])):
        return Column(0, title, "none")
    numeric = any(read_cell(cell.text) for cell in _cells(table, 0))
    if (quantity := quantity_of(title)) is not None and numeric and len(titles) > 1:
        return Column(0, title, "figure", quantity)
    return Column(0, title, "row")


def _column(index: int, title: str, table: Table, *, by_dataset: bool) -> Column:
    if spacer(title):
        return Column(index, title, "none")
    if _SWEPT.fullmatch(title):
        return Column(index, title, "parameter")
    paired = "/" in title and any(len(read_cell(cell.text)) > 1 for cell in _cells(table, index))
    if is_derived(title) and not paired:
        return Column(index, title, "derived")
    numeric = any(read_cell(cell.text) for cell in _cells(table, index))
    if _MODEL.fullmatch(title) and not numeric:
        return Column(index, title, "model")
    if _MEASURE.fullmatch(title) and not numeric:
        return Column(index, title, "measure")
    if _DATASET.fullmatch(title) and not numeric:
        return Column(index, title, "dataset")
    if (quantity := quantity_of(title)) is not None and numeric:
        return Column(index, title, "figure", quantity, names_model(title))
    if by_dataset:
        return Column(index, title, "figure", None, False, title)
    if _NONE.fullmatch(title):
        return Column(index, title, "none")
    if _VALUE.fullmatch(title):
        return Column(index, title, "figure")
    if numeric or names_model(title):
        return Column(index, title, "figure", None, True)
    return Column(index, title, "parameter")


def _cells(table: Table, index: int) -> Iterator[Cell]:
    return (row[index] for row in table.rows if index < len(row))
