"""Figures in tables of results, whichever way round the tables are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from cardgen.inherit.document import Cell, Section, Table
from cardgen.inherit.facts.columns import Column, cell_at, columns_of, is_sweep, spacer
from cardgen.inherit.facts.model import Figure, Subject, SweepRow
from cardgen.inherit.facts.numbers import Number, read_cell, unit_of
from cardgen.inherit.facts.scope import Scope
from cardgen.inherit.facts.sweep import sweep_rows
from cardgen.inherit.facts.words import (
    is_baseline,
    is_derived,
    is_known_dataset,
    names_model,
    quantity_of,
    runtime_of,
)
from cardgen.patterns import regex

SCORE = "score"
"""The quantity of a figure whose metric the card leaves to the reader, as tables of benchmarks do."""

_TRIALS = ("trial", "trials")
"""Heads of tables whose rows are what a search tried: candidates, on data that need not be the evaluation's."""
_FACTOR_UNITS = frozenset({"x", "×"})
_UNITS = {
    "size": regex(r"|bytes|(?i:[kmgt]i?b?)"),
    "loss": regex(r""),
    "latency_ms": regex(r"|ms|µs|us|s|sec|seconds?"),
    "samples_per_s": regex(r"|(?!tok).*/s.*"),
}
"""What may stand behind figures of a quantity, where it is no score."""
_SCORE_UNIT = regex(r"|%|percent|[x×]")
_PAIR = regex(r"(?P<before>[^()/]*)\((?P<pair>[^()]*/[^()]*)\)")
_CARDINAL = regex(r"\d+(?:\.\d+)?%?")


class _Row(NamedTuple):
    """What a row says of all its figures."""

    model: str
    measure: str
    dataset: str


def figures_in_table(scope: Scope, section: Section, table: Table, above: str) -> tuple[list[Figure], list[SweepRow]]:
    """The figures of one table, or the rows of one sweep.

    Args:
        scope: the card.
        section: where the table stands.
        table: the table.
        above: the text just above it.
    """
    columns = columns_of(table)
    if not any(column.role == "figure" for column in columns) or columns[0].title.casefold() in _TRIALS:
        return [], []
    if is_sweep(table, columns):
        return [], sweep_rows(scope, table, columns, above)
    return _unambiguous(list(_figures(scope, section, table, columns))), []


def _unambiguous(figures: list[Figure]) -> list[Figure]:
    """Without those that differ though all that was understood of them is the same: what tells them apart was not."""
    values: dict[tuple[str, str, Subject, str | None], Decimal] = {}
    told: list[tuple[str, str, Subject, str | None]] = []
    ambiguous = set()
    for figure in figures:
        key = (figure.quantity, figure.label, figure.subject, figure.dataset)
        told.append(key)
        if values.setdefault(key, figure.value) != figure.value:
            ambiguous.add(key)
    if not ambiguous:
        return figures
    return [figure for figure, key in zip(figures, told, strict=True) if key not in ambiguous]


def _figures(scope: Scope, section: Section, table: Table, columns: tuple[Column, ...]) -> Iterator[Figure]:
    values = [column for column in columns if column.role == "figure"]
    datasets = any(column.role == "dataset" for column in columns) or any(column.dataset for column in values)
    subjects = [column for column in values if column.model and not is_baseline(column.title)]
    own_runtimes = any(runtime_of(column.title) for column in values) or any(
        runtime_of(cell.text)
        for column in columns
        if column.role in ("row", "model")
        for row in table.rows
        if (cell := cell_at(row, column.index)) is not None and quantity_of(cell.text) is None
    )
    inherited = scope.subject(section)
    several = len(subjects) > 1
    above: dict[int, str] = {}
    for row in table.rows:
        read = _read_row(row, columns, above)
        if is_derived(read.measure):
            continue
        for column in values:
            cell = cell_at(row, column.index)
            numbers = read_cell(cell.text) if cell else ()
            if cell is None or not numbers or numbers[0].unit in _FACTOR_UNITS:
                continue
            for number, part in _parts(numbers, column, read):
                quantity = part.quantity or quantity_of(part.measure) or (quantity_of(read.dataset))
                if quantity is None:
                    titled = _title_quantity(section)
                    if titled in _UNITS and not number.unit and part.model and not names_model(part.model):
                        titled = None  # of a row with a title that may say another unit: `output tokens/s`
                    quantity = titled or (SCORE if datasets else None)
                if quantity is None or (quantity == SCORE and not (part.dataset or read.dataset)):
                    continue
                if not _of_unit(quantity, number.unit):
                    continue
                subject = _subject(scope, inherited, part, column, several, own_runtimes)
                named_by_row = not (column.dataset or column.quantity)
                label = part.measure or (read.dataset if named_by_row else "") or column.title
                unit = number.unit or unit_of(label) or unit_of(column.title)
                dataset = part.dataset or read.dataset or None
                span = scope.places.find(cell.span, cell.text, number.start, number.end)
                yield Figure(quantity, label, subject, number.value, unit, "table", span, dataset)


class _Part(NamedTuple):
    model: str
    measure: str
    dataset: str
    quantity: str | None
    paired: bool = False
    """Whether the model is that of one number of a pair, whatever the column's title."""


def _parts(numbers: tuple[Number, ...], column: Column, row: _Row) -> Iterator[tuple[Number, _Part]]:
    """Each number of a cell with what it is of; a pair needs a pair of names in the column's title or the row's."""
    title = column.dataset or (column.title if column.quantity or column.model else "")
    measure = column.title if column.quantity else row.measure
    whole = _Part(row.model, measure, column.dataset or "", column.quantity)
    if len(numbers) == 1:
        yield numbers[0], whole
        return
    noted = [number.note for number in numbers]
    for names in (noted, _names(title or column.title), _names(row.measure), _names(row.model)):
        if len(names) != len(numbers) or not all(names) or all(map(_CARDINAL.fullmatch, names)):
            continue
        for number, name in zip(numbers, names, strict=True):
            if column.dataset:
                yield number, _Part(row.model, measure, name, column.quantity)
            elif (quantity := quantity_of(name)) is not None and not names_model(name):
                yield number, _Part(row.model, name, "", quantity)
            elif names_model(name):
                yield number, _Part(name, measure, "", column.quantity or quantity_of(row.measure), paired=True)
        return


def _names(text: str) -> list[str]:
    """``INT8`` and ``FP32`` of ``INT8 / FP32``; ``MNLI-m`` and ``MNLI-mm`` of ``MNLI-(m/mm)``."""
    if found := _PAIR.search(text):
        parts = [part.strip() for part in found["pair"].split("/")]
        if all(names_model(part) or quantity_of(part) for part in parts):
            return parts
        return [found["before"] + part for part in parts]
    return [part.strip() for part in text.split("/")] if "/" in text else []


def _read_row(row: tuple[Cell, ...], columns: tuple[Column, ...], above: dict[int, str]) -> _Row:
    """A row's titles; an empty one repeats what stands above it.

    Args:
        row: the cells.
        columns: the table's.
        above: the titles so far by column, which are kept up to date.
    """
    models, datasets, measure = [], [], ""
    for column in columns:
        if column.role not in ("row", "model", "dataset", "measure"):
            continue
        cell = cell_at(row, column.index)
        text = cell.text.strip() if cell else ""
        if spacer(text):
            text = above.get(column.index, "") if column.title else ""
        above[column.index] = text
        if column.role == "measure":
            measure = text
        elif column.role == "dataset":
            datasets.append(text if text.lower() != "none" else "")
        elif column.role == "model":
            models.append(text)
        elif quantity_of(text) or is_derived(text):
            measure = text
        elif is_known_dataset(text):
            datasets.append(text)
        else:
            models.append(text)
    return _Row(" ".join(filter(None, models)), measure, " ".join(filter(None, datasets)))


def _subject(
    scope: Scope, inherited: Subject, part: _Part, column: Column, several: bool, own_runtimes: bool
) -> Subject:
    """The model that a figure is of: the row's titles, the column's title, or else the section's model.

    Args:
        scope: the card.
        inherited: the section's.
        part: what is known of the number.
        column: its column.
        several: whether more than one column is of a model that is no baseline.
        own_runtimes: whether the table says itself which runtime is whose.
    """
    model = part.model
    titled = column.title if column.model and not part.paired else ""
    label = model or titled or inherited.label
    if model and titled and several:
        label = f"{model} {titled}"
    named = f"{model} {titled}".strip()
    baseline = is_baseline(titled) or (not titled and is_baseline(named))
    if not named and column.quantity:
        baseline = is_baseline(column.title)
    runtime = runtime_of(titled) or scope.variants.get(model) or runtime_of(model)
    if runtime is None and not own_runtimes:
        runtime = inherited.runtime
    return Subject(label, baseline, runtime)


def _of_unit(quantity: str, unit: str) -> bool:
    """Whether a figure with that unit can be of a quantity: no time is an accuracy, whatever its section's title."""
    return _UNITS.get(quantity, _SCORE_UNIT).fullmatch(unit) is not None


def _title_quantity(section: Section) -> str | None:
    quantity = quantity_of(section.title)
    return None if quantity in ("size", "loss") else quantity
