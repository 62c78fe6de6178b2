"""Looks at what takes a library: a dataset of the Hub, Parquet, images, and the rows that a calibration draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cardgen.data.draw import drawn_rows
from cardgen.data.fault import Fault, too_few_to_calibrate
from cardgen.data.look import Look
from cardgen.data.needs import Need
from cardgen.data.table import Table
from cardgen.errors import StepError
from cardgen.evaluation.samples.data import DatasetFaultError, named_labels, open_dataset, shuffled_rows
from cardgen.evaluation.tasks.images import read_images


def look_at(need: Need, path: Path | None, labels: Sequence[str] | None) -> tuple[Fault, ...]:
    """Everything that is wrong with a dataset; no model is needed for it, and nothing is tokenised.

    Args:
        need: what the dataset is needed for.
        path: its file, for a local one.
        labels: the model's, where they are known.
    """
    try:
        dataset = open_dataset(need.data, path)
    except DatasetFaultError as error:
        return (error.fault,)
    too_few = too_few_to_calibrate(need.samples or 0, len(dataset))
    drawn: list[int] | None = None
    if need.samples is not None and not too_few:
        drawn = shuffled_rows(len(dataset), need.samples, need.seed)
    elif need.limit is not None:
        drawn = drawn_rows(len(dataset), need.limit, need.seed)
    if drawn is not None:
        dataset = dataset.select(drawn)
    look = Look(need, {name: named for name in dataset.column_names if (named := _named(need, dataset, name))})
    names = dataset.column_names
    look.take(Table({name: list(dataset[name][:]) for name in look.reads(names)}, len(dataset), drawn))
    return (*too_few, *look.faults(names, labels), *_images(need, dataset))


def _named(need: Need, dataset: Any, column: str) -> Any:
    feature = dataset.features.get(column)
    return named_labels(getattr(feature, "feature", None) if need.task == "token-classification" else feature)


def _images(need: Need, dataset: Any) -> Iterator[Fault]:
    """What is wrong with the column of images, where one is read; each of them is decoded only when it is used."""
    if "image" in need.columns:
        try:
            read_images(dataset, need.columns["image"])
        except StepError as error:
            yield Fault(("columns", "image"), error.message, error.remedy)
