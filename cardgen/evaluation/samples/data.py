"""Reads a dataset, from the Hub or a local file, and checks that it holds what the manifest says."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from reprlib import Repr
from typing import Any

from cardgen.catalog.suggest import nearest
from cardgen.errors import StepError
from cardgen.records.inputs import DatasetSlice

_ROWS_SHOWN = 5
_short = Repr()
_short.maxstring = _short.maxother = 80
UNLABELLED = "Name a labelled split: test splits on the Hub often keep their labels secret."


@dataclass(frozen=True)
class Labels:
    """The labels of some rows, as text."""

    values: tuple[str, ...]
    distinct: tuple[str, ...]
    """Each once: for a ClassLabel column in its order, else sorted."""
    numbers: bool
    """Whether they are bare numbers."""


def load_dataset(data: DatasetSlice, path: Path | None) -> Any:
    """The rows that ``data`` names, as a ``datasets.Dataset``.

    Args:
        data: which dataset.
        path: the file, for a local one.

    Raises:
        StepError: if the file cannot be read, the Hub does not have it, or there are no rows.
    """
    dataset = _load_from_hub(data) if data.source.origin == "hub" else _load_file(data, path)
    if len(dataset) == 0:
        raise StepError(f"{_called(data, path)} has no rows.", remedy="Name another split or file.")
    return dataset


def read_texts(dataset: Any, column: str, role: str) -> list[str]:
    """The column that fills ``role``, as text.

    Raises:
        StepError: if there is no such column, or a row holds something that is not text.
    """
    values = read_column(dataset, column, role)
    check_rows(values, [isinstance(value, str) for value in values], column, role, "text")
    return [str(value) for value in values]


def check_rows(values: Sequence[Any], fit: Sequence[bool], column: str, role: str, kind: str) -> None:
    """Check that all rows of a column hold what they should.

    Args:
        values: the column.
        fit: whether each of them does.
        column: its name.
        role: what it fills.
        kind: what it should hold, for people.

    Raises:
        StepError: if some do not.
    """
    wrong = [row for row, fits in enumerate(fit) if not fits]
    if wrong:
        rows = ", ".join(str(row) for row in wrong[:_ROWS_SHOWN])
        value = values[wrong[0]]
        what = "nothing (null)" if value is None else f"{_short.repr(value)}, which is not {kind}"
        raise StepError(
            f"Column `{column}` should hold {kind}, but {len(wrong)} of {len(values)} rows do not "
            f"(rows {rows}, counted from 0); the first holds {what}.",
            remedy=f"Name another column as `{role}`, or clean the data.",
        )


def read_labels(dataset: Any, column: str) -> Labels:
    """The column of expected labels.

    Raises:
        StepError: if there is no such column, or the rows have no labels.
    """
    from datasets import ClassLabel

    values = read_column(dataset, column, "label")
    feature = dataset.features[column]
    named = isinstance(feature, ClassLabel)
    missing = [row for row, value in enumerate(values) if value in (None, "") or (named and value < 0)]
    if missing:
        rows = ", ".join(map(str, missing[:_ROWS_SHOWN]))
        raise StepError(
            f"{len(missing)} of {len(values)} rows have no label in column `{column}` (null, empty or -1; rows {rows}, "
            "counted from 0).",
            remedy=f"Give each row a label. {UNLABELLED}",
        )
    if named:
        names = [feature.int2str(value) for value in values]
        return Labels(tuple(names), tuple(name for name in feature.names if name in set(names)), numbers=False)
    kinds = {type(value) for value in values}
    if not kinds <= {str, int, bool} or len(kinds) > 1:
        raise StepError(
            f"Column `{column}` holds {' and '.join(sorted(kind.__name__ for kind in kinds))} values, not labels.",
            remedy="Name a column of label names or whole numbers as `label`.",
        )
    if kinds == {int} and min(values) < 0:
        raise StepError(
            f"Column `{column}` holds labels below 0, as unlabelled splits do: {min(values)}.",
            remedy=UNLABELLED,
        )
    texts = tuple(str(value) for value in values)
    return Labels(texts, tuple(str(value) for value in sorted(set(values))), numbers=kinds == {int})


def draw_samples(dataset: Any, samples: int, seed: int) -> Any:
    """The first ``samples`` rows of a seeded shuffle.

    Raises:
        StepError: if the dataset has fewer rows.
    """
    import numpy as np

    if samples > len(dataset):
        raise StepError(
            f"The calibration asks for {samples} samples, but its split has {len(dataset)} rows.",
            remedy=f"Set `calibration.samples` to {len(dataset)} or less.",
        )
    return dataset.select(np.random.default_rng(seed).permutation(len(dataset))[:samples])


def read_column(dataset: Any, column: str, role: str) -> Sequence[Any]:
    """The column that fills ``role``, as it is.

    Raises:
        StepError: if there is no such column.
    """
    check_column(dataset, column, role)
    return list(dataset[column][:])  # at once: row by row takes as long as some models do


def check_column(dataset: Any, column: str, role: str) -> None:
    """Check that there is the column that fills ``role``.

    Raises:
        StepError: if not.
    """
    if column not in dataset.column_names:
        hint = nearest(column, dataset.column_names)
        raise StepError(
            f"The dataset has no column `{column}`, which `evaluation.columns.{role}` names.",
            remedy=(f"Did you mean `{hint}`? " if hint else "")
            + f"Its columns: {', '.join(f'`{name}`' for name in dataset.column_names)}.",
        )


def _load_file(data: DatasetSlice, path: Path | None) -> Any:
    import pyarrow
    from datasets import Dataset

    if path is None or not path.is_file():
        raise StepError("The dataset's file is not there.", remedy="Check `path` in the manifest.")
    try:
        table = {"csv": _read_csv, "json": _read_json, "parquet": _read_parquet}[data.format or "csv"](path)
        return Dataset(table)
    except (pyarrow.ArrowException, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise StepError(
            f"{path.name} cannot be read as {data.format}: {str(error).splitlines()[0]}",
            remedy="Mend the file; a CSV file starts with a line of column names and is UTF-8.",
        ) from error


def _read_csv(path: Path) -> Any:
    """All columns as text: CSV has no types, and a guess would turn "NULL", "007" or "1e5" into something else."""
    from pyarrow import csv, string

    parse = csv.ParseOptions(newlines_in_values=True)
    with csv.open_csv(path, parse_options=parse) as reader:
        names = reader.schema.names
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, string()), strings_can_be_null=False)
    return csv.read_csv(path, parse_options=parse, convert_options=convert)


def _read_json(path: Path) -> Any:
    """JSON lines, or one array of objects."""
    import pyarrow

    # Not pyarrow's reader, which takes a text that looks like a date for one.
    text = path.read_text(encoding="utf-8-sig")
    rows = json.loads(text) if text.lstrip().startswith("[") else [*_json_lines(text)]
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("it holds something that is not an object")
    names = dict.fromkeys(name for row in rows for name in row)
    return pyarrow.table({name: [row.get(name) for row in rows] for name in names})


def _json_lines(text: str) -> Iterator[Any]:
    # Not `splitlines`: a JSON string may hold other line breaks as they are, such as U+2028.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"line {number}, column {error.colno}: {error.msg}") from error


def _read_parquet(path: Path) -> Any:
    from pyarrow import parquet

    return parquet.read_table(path)


def _load_from_hub(data: DatasetSlice) -> Any:
    import datasets

    try:
        found = datasets.load_dataset(
            data.source.id, name=data.config, split=data.split, revision=data.source.commit, keep_in_memory=False
        )
    except (ValueError, RuntimeError, OSError, datasets.exceptions.DatasetsError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        message = str(error).strip().splitlines()
        raise StepError(
            f"{_called(data)} cannot be loaded: {message[0] if message else type(error).__name__}",
            remedy="\n".join(message[1:3]) or "Check the dataset's id, `config` and `split`, and the connection.",
        ) from error
    if isinstance(found, datasets.DatasetDict):
        raise StepError(f"{_called(data)} has splits: {', '.join(found)}.", remedy="Name one as `split`.")
    return found


def _called(data: DatasetSlice, path: Path | None = None) -> str:
    if path is not None:
        return f"The dataset's file {path.name}"
    config = f", configuration {data.config}" if data.config else ""
    return f"The dataset {data.source.id}{config}" + (f", split {data.split}" if data.split else "")
