"""What can be wrong with a dataset, in words that the core and the worker share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from reprlib import Repr
from typing import Any

from cardgen.catalog.suggest import nearest
from cardgen.errors import StepError

ROWS_SHOWN = 5
FEWEST_SAMPLES = 2
"""Samples below which nothing can be said about a score's spread."""
UNLABELLED = "Name a labelled split: test splits on the Hub often keep their labels secret."

_FORMS = {
    "csv": "a CSV file is UTF-8 and starts with a line of column names",
    "json": "a JSON file is UTF-8 and holds an object on each line, or one array of objects",
    "parquet": "save it anew, such as with pandas' `to_parquet`",
}
_short = Repr()
_short.maxstring = _short.maxother = 80


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a dataset, or with what is asked of it; in whole sentences."""

    key: tuple[str, ...]
    """What in the manifest it is about, from ``evaluation`` on; of a calibration only ``samples`` is its own."""
    message: str
    remedy: str
    rows: int | None = None
    """How many rows are wrong, where it is about rows: of rows that are not drawn it would not be one."""

    @property
    def error(self) -> StepError:
        """The same as an error of the step that met it."""
        return StepError(self.message, remedy=self.remedy)


def refuse(faults: Iterable[Fault]) -> None:
    """Raise the first of the faults, if there are any.

    Raises:
        StepError: if there are.
    """
    for fault in faults:
        raise fault.error


class Misfits:
    """Rows that are not what they should be, counted as they come."""

    def __init__(self) -> None:
        """There are none yet."""
        self.count = 0
        self.first: list[int] = []
        """The first few, counted from 0."""
        self.value: Any = None
        """What the first of them holds."""

    def add(self, fit: Iterable[bool], values: Sequence[Any], positions: Sequence[int]) -> None:
        """Look at some rows, of which ``positions`` tells where in the dataset they are."""
        for at in [at for at, fits in enumerate(fit) if not fits]:
            if not self.count:
                self.value = values[at]
            if self.count < ROWS_SHOWN:
                self.first.append(positions[at])
            self.count += 1

    @property
    def places(self) -> str:
        """Which rows, for people."""
        return f"rows {', '.join(map(str, self.first))}, counted from 0"

    def fault(self, role: str, column: str, kind: str, rows: int) -> list[Fault]:
        """That so many of all ``rows`` hold something else than a ``kind``, if some do."""
        if not self.count:
            return []
        what = "nothing (null)" if self.value is None else f"{_short.repr(self.value)}, which is not {kind}"
        message = (
            f"Column `{column}` should hold {kind}, but {self.count} of {rows} rows do not ({self.places}); "
            f"the first holds {what}."
        )
        remedy = f"Name another column as `{role}`, or clean the data."
        return [Fault(("columns", role), message, remedy, self.count)]


def missing_column(role: str, column: str, names: Sequence[str]) -> Fault:
    """That there is no column of the name that fills ``role``."""
    message = f"The dataset has no column `{column}`, which `evaluation.columns.{role}` names."
    if len(names) == 1 and (separator := next((sign for sign in ";\t|" if column in names[0].split(sign)), None)):
        called = "tabs" if separator == "\t" else f"`{separator}`"
        return Fault(("columns", role), message, f"Its columns are separated by {called}: save it with commas instead.")
    hint = nearest(column, names)
    return Fault(("columns", role), message, (f"Did you mean `{hint}`? " if hint else "") + its_columns(names))


def its_columns(names: Sequence[str]) -> str:
    """All columns of a dataset, for people."""
    return f"Its columns: {', '.join(f'`{name}`' for name in names)}."


def unlabelled(role: str, column: str, missing: Misfits, rows: int) -> Fault:
    """That some of all ``rows`` have no label."""
    message = (
        f"{missing.count} of {rows} rows have no label in column `{column}` (null, empty or -1; {missing.places})."
    )
    return Fault(("columns", role), message, f"Give each row a label. {UNLABELLED}", missing.count)


def unreadable(file: str, kind: str, why: str) -> Fault:
    """That a file is not what its name says."""
    message = f"The file {file} cannot be read as {kind}: {why}."
    return Fault(("dataset",), message, f"Mend the file: {_FORMS[kind]}.")


def no_rows(called: str) -> Fault:
    """That there is nothing in a dataset."""
    return Fault(("dataset",), f"{called} has no rows.", "Name another split or file.")


def too_few_samples(samples: int, limit: int | None) -> list[Fault]:
    """That there is only one sample to evaluate on, where that is so."""
    if samples >= FEWEST_SAMPLES:
        return []
    key = "dataset" if limit is None or limit >= FEWEST_SAMPLES else "limit"
    return [Fault((key,), "There is only one sample, which is too few to evaluate on.", "Take more samples.")]


def one_label_alone(labels: Sequence[str], samples: int, limit: int | None) -> list[Fault]:
    """That all samples have one label, where there are several samples and that is so: no score can tell of it.

    Args:
        labels: of the samples, each once.
        samples: how many there are.
        limit: how many were to be drawn, where not all were to be taken.
    """
    if len(labels) != 1 or samples < FEWEST_SAMPLES:
        return []
    drawn = limit is not None and limit <= samples
    message = (
        f"All {samples} samples{' that are drawn' if drawn else ''} have the label `{labels[0]}`, "
        "so that no score says how well a model tells labels apart."
    )
    if drawn:
        return [Fault(("limit",), message, "Draw more samples, or others by another `seed`.")]
    return [Fault(("dataset",), message, "Name a split or file with samples of every label.")]


def too_few_to_calibrate(asked: int, rows: int) -> list[Fault]:
    """That there are fewer rows than a calibration asks for, where that is so."""
    if asked <= rows:
        return []
    message = f"The calibration asks for {asked} samples, but its split has {rows} rows."
    return [Fault(("samples",), message, f"Set `calibration.samples` to {rows} or less.")]
