"""What evaluation tools measured of a variant, each figure beside the one of the base model that it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.records.imported import ImportedRecord
from cardgen.records.results_file import Figure
from cardgen.results.compare import Compared, Key, against, figure_key
from cardgen.results.kinds import Kind, higher_is_better, kind_of

_LEADING_DIVERGENCES: Final = ("Mean KLD", "Same top p", "Mean PPL(Q)/PPL(base)", "RMS Δp")
"""Of some thirty figures of llama.cpp that tell how far a model is from its base."""
_LEADING_SPEEDS: Final = (".mean", "throughput", "_per_second", "runtime", "_in_seconds")
"""Ends of the names of those that tell most, of the many of a benchmark."""


@dataclass(frozen=True)
class Measured:
    """A figure of a results file."""

    record: ImportedRecord
    figure: Figure

    @property
    def kind(self) -> Kind:
        """A score, a speed, or how far from the base model."""
        return kind_of(self.record.results.tool, self.figure)


@dataclass(frozen=True)
class ImportedRow:
    """A figure of a variant, and that of the base model."""

    of: Measured
    base: Measured | None
    """The one that was measured most alike; ``None`` where none is of the same task and metric."""
    compared: Compared | None

    @property
    def higher_is_better(self) -> bool | None:
        """``None`` where nobody says."""
        return higher_is_better(self.of.figure)


def imported_rows(facts: Facts, fact: VariantFacts) -> tuple[ImportedRow, ...]:
    """Every figure of a variant, in the order of its files."""
    bases: dict[Key, list[Measured]] = {}
    for base in measured(facts.base_imported):
        bases.setdefault(figure_key(base.figure), []).append(base)
    return tuple(_row(one, bases.get(figure_key(one.figure), ())) for one in measured(fact.imported))


def measured(records: Iterable[ImportedRecord]) -> Iterator[Measured]:
    """Every figure of some files."""
    for record in records:
        for figure in record.results.figures:
            yield Measured(record, figure)


def leading_row(rows: Sequence[ImportedRow]) -> ImportedRow | None:
    """The one that a card leads with: the first score, one that can be compared before others, a group before tasks."""
    scores = [row for row in rows if row.of.kind == "score"]
    compared = [row for row in scores if row.compared and not row.compared.differs] or scores
    groups = [row for row in compared if row.of.figure.group and row.of.figure.part_of is None]
    return next(iter([*groups, *compared]), None)


def apart_from_groups(figures: Sequence[Measured]) -> tuple[Measured, ...]:
    """Those that are no part of a group whose value of the same metric stands among them."""
    keys = {figure_key(one.figure) for one in figures}
    return tuple(one for one in figures if one.figure.part_of is None or _of_group(one.figure) not in keys)


def shown_first(figures: Sequence[Measured]) -> tuple[Measured, ...]:
    """Those that a reader asks for first: no parts of a group, no quantiles of single tokens or of times."""
    apart = apart_from_groups(figures)
    speeds = [one for one in apart if one.kind == "speed"]
    leading = {id(one) for one in speeds if one.figure.metric.endswith(_LEADING_SPEEDS)} or {*map(id, speeds)}
    return tuple(
        one
        for one in apart
        if one.kind == "score"
        or (one.kind == "divergence" and one.figure.metric in _LEADING_DIVERGENCES)
        or id(one) in leading
    )


def _of_group(figure: Figure) -> Key:
    return figure.part_of, figure.metric, figure.variant


def _row(one: Measured, bases: Iterable[Measured]) -> ImportedRow:
    told = (one.record.results.tool, one.figure)
    pairs = [
        (found, base)
        for base in bases
        if (found := against(told, [(base.record.results.tool, base.figure)])) is not None
    ]
    if one.kind == "divergence" or not pairs:
        return ImportedRow(one, None, None)
    compared, base = min(pairs, key=lambda pair: len(pair[0].differs))
    return ImportedRow(one, base, compared)
