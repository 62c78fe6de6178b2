"""Looks at a dataset as a whole, and tells everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cardgen.catalog.tasks import WINDOWED
from cardgen.data.draw import drawn_rows, picked
from cardgen.data.fault import Fault, no_rows, one_label_alone, too_few_samples, too_few_to_calibrate, unreadable
from cardgen.data.files import DataFileError, TextFormat, is_json_array, read_tables
from cardgen.data.labels import label_faults, map_labels, set_faults
from cardgen.data.needs import Named, Need, rules_of
from cardgen.data.rules.label_sets import LabelSetRule
from cardgen.data.rules.labels import LabelRule
from cardgen.data.rules.words import WordLabelRule
from cardgen.data.table import Table
from cardgen.data.tags import scored_as, tag_faults

LOOK_VERSION = 2
"""To be raised with what is looked for, so that data that passed before are looked at again."""

_LARGEST_ARRAY_BYTES = 2**26
"""A JSON array is read whole; a larger one is left to the worker, which holds it anyway."""


class Seen(NamedTuple):
    """What a look at a dataset found."""

    faults: tuple[Fault, ...]
    whole: bool
    """Whether nothing is left to see: else a worker must look, even where nothing was found."""


class Look:
    """A look at the rows of a dataset, as they come."""

    def __init__(self, need: Need, named: Named) -> None:
        """Take what is needed of the dataset, and the names that it has for labels."""
        self._need = need
        self._rules = rules_of(need, named)
        self.rows = 0
        """How many there were."""

    def reads(self, names: Sequence[str]) -> tuple[str, ...]:
        """Which of a dataset's columns are looked at."""
        return tuple(dict.fromkeys(column for rule in self._rules for column in rule.reads(names)))

    def take(self, table: Table) -> None:
        """Look at some more rows."""
        self.rows += table.rows
        for rule in self._rules:
            rule.take(table)

    def faults(self, names: Sequence[str], labels: Sequence[str] | None) -> tuple[Fault, ...]:
        """What is wrong with the rows that were seen.

        Args:
            names: of all columns of the dataset.
            labels: the model's, where they are known.
        """
        found = [fault for rule in self._rules for fault in rule.faults(names)]
        for rule in self._rules:
            if labels is not None and isinstance(rule, LabelSetRule):
                found += set_faults(rule, labels, self._need.labels)
            if labels is not None and isinstance(rule, LabelRule | WordLabelRule):
                found += label_faults(rule.distinct, labels, self._need.labels, numbers=rule.numbers)
        for rule in () if found else self._rules:
            if isinstance(rule, LabelRule | WordLabelRule):
                found += one_label_alone(rule.distinct, self.rows, self._need.limit)
            if labels is not None and isinstance(rule, WordLabelRule) and self._need.spans:
                mapping = map_labels(rule.distinct, labels, self._need.labels, numbers=rule.numbers)
                found += tag_faults(tuple(scored_as(mapping).values()))
        if self._need.expected and self._need.task not in WINDOWED:
            found += too_few_samples(self.rows, self._need.limit)
        return tuple(dict.fromkeys(found))


def look_at_file(need: Need, path: Path, labels: Sequence[str] | None) -> Seen:
    """Look at a local file, as far as that can be done without a library.

    Args:
        need: what it is to hold.
        path: the file.
        labels: the model's, where they are known.

    Raises:
        OSError: where the file cannot be read.
    """
    kind = need.data.format
    if kind is None or kind == "parquet" or _is_large_array(path, kind):
        return Seen((), whole=False)
    look, names, start = Look(need, {}), dict[str, None](), 0
    try:
        drawn = _drawn(need, path, kind)
        for table in read_tables(path, kind):
            names |= dict.fromkeys(table.column_names)
            look.take(table if drawn is None else picked(table, start, drawn))
            start += table.rows
    except DataFileError as error:
        return Seen((unreadable(path.name, kind, str(error)),), whole=True)
    if look.rows == 0:
        return Seen((no_rows(f"The dataset's file {path.name}"),), whole=True)
    found = look.faults(tuple(names), labels)
    whole = labels is not None or not need.labelled
    if need.samples is None:
        return Seen(found, whole)
    # Rows that are wrong matter where they are drawn, which is certain where too few others are left.
    left = look.rows - need.samples
    certain = tuple(fault for fault in found if fault.rows is None or fault.rows > left)
    return Seen((*too_few_to_calibrate(need.samples, look.rows), *certain), whole and len(certain) == len(found))


def _drawn(need: Need, path: Path, kind: TextFormat) -> list[int] | None:
    """The numbers of the rows that a limit draws, which takes counting them all first; ``None`` without one."""
    if need.limit is None:
        return None
    return drawn_rows(sum(table.rows for table in read_tables(path, kind)), need.limit, need.seed)


def _is_large_array(path: Path, kind: str) -> bool:
    return kind == "json" and path.stat().st_size > _LARGEST_ARRAY_BYTES and is_json_array(path)
