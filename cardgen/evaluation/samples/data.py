"""Reads a dataset, from the Hub or a local file, and checks that it holds what the manifest says."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardgen.data.draw import drawn_rows
from cardgen.data.fault import Fault, missing_column, no_rows, refuse, too_few_to_calibrate, unreadable
from cardgen.data.files import DataFileError, read_tables
from cardgen.data.rules.labels import LabelRule, NamedLabels
from cardgen.data.rules.rule import Rule
from cardgen.data.rules.texts import TextRule
from cardgen.data.table import Table, joined
from cardgen.records.inputs import DatasetSlice


@dataclass(frozen=True)
class Labels:
    """The labels of some rows, as text."""

    values: tuple[str, ...]
    distinct: tuple[str, ...]
    """Each once: for a ClassLabel column in its order, else sorted."""
    numbers: bool
    """Whether they are bare numbers."""


class DatasetFaultError(Exception):
    """A dataset cannot be had, or holds nothing."""

    def __init__(self, fault: Fault) -> None:
        """Take what is wrong."""
        super().__init__(fault.message)
        self.fault = fault


def load_dataset(data: DatasetSlice, path: Path | None) -> Any:
    """The rows that ``data`` names: a ``datasets.Dataset``, or for CSV and JSON a :class:`cardgen.data.table.Table`.

    Args:
        data: which dataset.
        path: the file, for a local one.

    Raises:
        StepError: if the file cannot be read, the Hub does not have it, or there are no rows.
    """
    try:
        return open_dataset(data, path)
    except DatasetFaultError as error:
        raise error.fault.error from error


def open_dataset(data: DatasetSlice, path: Path | None) -> Any:
    """The same as :func:`load_dataset`, for who tells what is wrong with it as something else than a step's failure.

    Raises:
        DatasetFaultError: if the file cannot be read, the Hub does not have it, or there are no rows.
    """
    dataset = _load_from_hub(data) if data.source.origin == "hub" else _load_file(data, path)
    if len(dataset) == 0:
        raise DatasetFaultError(no_rows(_called(data, path)))
    return dataset


def read_texts(dataset: Any, column: str, role: str) -> list[str]:
    """The column that fills ``role``, as text.

    Raises:
        StepError: if there is no such column, or a row holds something that is not text.
    """
    return list(checked(dataset, TextRule(role, column)).column(column))


def read_labels(dataset: Any, column: str) -> Labels:
    """The column of expected labels.

    Raises:
        StepError: if there is no such column, or the rows have no labels.
    """
    rule = LabelRule(column, named_labels(dataset.features.get(column)))
    values = checked(dataset, rule).column(column)
    return Labels(tuple(map(rule.text, values)), rule.distinct, rule.numbers)


def checked(dataset: Any, rule: Rule) -> Table:
    """The columns that a rule reads, which hold what it asks for.

    Raises:
        StepError: if they do not, or are not there.
    """
    # At once: row by row takes as long as some models do.
    columns = {name: list(dataset[name][:]) for name in rule.reads(dataset.column_names)}
    table = Table(columns, len(dataset), getattr(dataset, "positions", None))
    rule.take(table)
    refuse(rule.faults(dataset.column_names))
    return table


def named_labels(feature: Any) -> NamedLabels | None:
    """The names of labels, where a feature of a ``datasets.Dataset`` knows them."""
    names = getattr(feature, "names", None)  # of a ClassLabel
    return None if names is None else NamedLabels(tuple(names))


def draw_samples(dataset: Any, samples: int, seed: int) -> Any:
    """The first ``samples`` rows of a seeded shuffle.

    Raises:
        StepError: if the dataset has fewer rows.
    """
    refuse(too_few_to_calibrate(samples, len(dataset)))
    return dataset.select(shuffled_rows(len(dataset), samples, seed))


def limited(dataset: Any, limit: int, seed: int) -> Any:
    """So many rows, drawn from all, in their order; all of them, where there are no more."""
    return dataset.select(drawn_rows(len(dataset), limit, seed))


def shuffled_rows(rows: int, samples: int, seed: int) -> list[int]:
    """The numbers of the first ``samples`` of all ``rows``, in a seeded shuffle."""
    import numpy as np

    return [int(row) for row in np.random.default_rng(seed).permutation(rows)[:samples]]


def check_column(dataset: Any, column: str, role: str) -> None:
    """Check that there is the column that fills ``role``.

    Raises:
        StepError: if not.
    """
    if column not in dataset.column_names:
        refuse([missing_column(role, column, dataset.column_names)])


def _load_file(data: DatasetSlice, path: Path | None) -> Any:
    if path is None or not path.is_file():
        message, remedy = "The dataset's file is not there.", "Check `path` in the manifest."
        raise DatasetFaultError(Fault(("dataset",), message, remedy))
    try:
        return _load_parquet(path) if data.format == "parquet" else joined(read_tables(path, data.format or "csv"))
    except DataFileError as error:
        raise DatasetFaultError(unreadable(path.name, data.format or "csv", str(error))) from error


def _load_parquet(path: Path) -> Any:
    import pyarrow
    from datasets import Dataset
    from pyarrow import parquet

    try:
        return Dataset(parquet.read_table(path))
    except (pyarrow.ArrowException, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise DataFileError(str(error).splitlines()[0].removesuffix(".")) from error


def _load_from_hub(data: DatasetSlice) -> Any:
    import datasets

    try:
        found = datasets.load_dataset(
            data.source.id, name=data.config, split=data.split, revision=data.source.commit, keep_in_memory=False
        )
    except (ValueError, RuntimeError, OSError, datasets.exceptions.DatasetsError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        first, *more = str(error).strip().splitlines() or [type(error).__name__]
        message = f"{_called(data)} cannot be loaded: {first}"
        remedy = "\n".join(more[:2]) or "Check the dataset's id, `config` and `split`, and the connection."
        key = ("dataset", "split") if first.startswith("Unknown split") else ("dataset",)
        raise DatasetFaultError(Fault(key, message, remedy)) from error
    if isinstance(found, datasets.DatasetDict):
        message = f"{_called(data)} has splits: {', '.join(found)}."
        raise DatasetFaultError(Fault(("dataset", "split"), message, "Name one as `split`."))
    return found


def _called(data: DatasetSlice, path: Path | None = None) -> str:
    if path is not None:
        return f"The dataset's file {path.name}"
    config = f", configuration {data.config}" if data.config else ""
    return f"The dataset {data.source.id}{config}" + (f", split {data.split}" if data.split else "")
