"""Which figure of a table is held against which baseline."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from cardgen.inherit.document import Document
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.facts.words import Runtime
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.reading.quantities import fitting_runtimes, label_words, measure_of, table_finder
from cardgen.lint.reading.systems import of_other_systems

_ANY = object()
"""In the place of a dataset: all of them, and none."""

_Place = tuple[object, Runtime | None]
"""A table or :data:`_ANY`, and the runtime of the baselines there."""
_Key = tuple[object, ...]


class Pair(NamedTuple):
    """A quantized model's figure and its baseline's."""

    figure: Figure
    baseline: Figure


class _Baselines:
    """What stands for one measure in one place: the first figure, and whether all have its value."""

    def __init__(self, position: int, figure: Figure) -> None:
        self.position = position
        self.figure = figure
        self.values: set[Decimal] = {figure.value}


@for_one_card
def pairs(document: Document, figures: tuple[Figure, ...]) -> tuple[Pair, ...]:
    """Every figure of a table with the one baseline that stands for the same measure, in the same table if possible.

    A figure with several possible baselines of different value has none here, and neither has one of another system.
    """
    in_tables = [figure for figure in figures if figure.place == "table"]
    table_of = table_finder(document)
    known: dict[_Key, _Baselines] = {}
    for position, figure in enumerate(in_tables):
        if figure.subject.baseline:
            measure, runtime = _measure(figure), figure.subject.runtime
            for place in ((table_of(figure.span), runtime), (_ANY, runtime)):
                for dataset in (figure.dataset, _ANY):
                    _add(known, (measure, place, dataset), position, figure)
    if not known:
        return ()
    tables = {figure.span.start: table_of(figure.span) for figure in in_tables}
    others = of_other_systems(document, in_tables, tables)
    found = []
    for figure in in_tables:
        if figure.subject.baseline or figure.span.start in others:
            continue
        chosen = _chosen(known, figure, tables[figure.span.start])
        if chosen:
            found.append(Pair(figure, chosen))
    return tuple(found)


def _measure(figure: Figure) -> _Key:
    return figure.quantity, *measure_of(figure), label_words(figure)


def _add(known: dict[_Key, _Baselines], key: _Key, position: int, figure: Figure) -> None:
    there = known.get(key)
    if there is None:
        known[key] = _Baselines(position, figure)
    elif len(there.values) < 2:
        there.values.add(figure.value)


def _chosen(known: dict[_Key, _Baselines], figure: Figure, table: int) -> Figure | None:
    """The baseline in the figure's row or column, else one in its table, else one of its runtime elsewhere."""
    own, measure = figure.subject.runtime, _measure(figure)
    datasets = (_ANY,) if figure.dataset is None else (None, figure.dataset)

    def there(*place: _Place) -> list[_Baselines]:
        keys = ((measure, each, dataset) for each in place for dataset in datasets)
        return [found for key in keys if (found := known.get(key)) is not None]

    together = there(*((table, runtime) for runtime in fitting_runtimes(own)))
    if together:
        together = there((table, own)) or together
    elif table >= 0:
        together = there((_ANY, own))
    if len(set().union(*(found.values for found in together))) != 1:
        return None
    return min(together, key=lambda found: found.position).figure
