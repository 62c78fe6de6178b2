"""The figures of a card in the order in which an import looks for them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cardgen.catalog.metrics import metric_info
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.facts.words import quantity_of
from cardgen.inherit.importer.scale import FACTORS, NO_METRICS
from cardgen.inherit.importer.variants import VariantDraft
from cardgen.patterns import regex

_BETWEEN = regex(r"[\s_-]+")
_PLACES = {"table": 0, "metadata": 1, "prose": 2}
_Key = tuple[str, str | None, str]


class Measured:
    """Figures by the model that they are of; each look-up takes the same time however many there are.

    Args:
        figures: those that may be of a variant or its baseline, in the card's order.
    """

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.baselines: list[Figure] = []
        self._own: dict[str | None, list[Figure]] = {None: []}
        self._beside: dict[_Key, dict[tuple[str | None, str | None], tuple[int, Figure]]] = {}
        self._in_tables: dict[str, dict[tuple[str, Decimal], None]] = {}
        for at, figure in enumerate(figures):
            subject = figure.subject
            if not subject.baseline:
                self._own[None].append(figure)
                self._own.setdefault(subject.label, []).append(figure)
                continue
            self.baselines.append(figure)
            beside = self._beside.setdefault((figure.quantity, figure.dataset, figure.place), {})
            for label in (figure.label, None):
                beside.setdefault((subject.runtime, label), (at, figure))

    def of(self, variant: VariantDraft) -> list[Figure]:
        """The figures of a variant, whatever they measure."""
        return [figure for figure in self._own.get(variant.label, ()) if variant.owns(figure.subject)]

    def metrics(self, variant: VariantDraft) -> list[Figure]:
        """The figures of a variant's metrics: those of tables first, then of metadata, then of running text."""
        found = (figure for figure in self.of(variant) if figure.quantity not in NO_METRICS)
        return sorted(found, key=lambda figure: _PLACES[figure.place])

    def in_table(self, variant: VariantDraft, figure: Figure) -> bool:
        """Whether a table gives a figure's value, be it on another scale, for a variant."""
        values = self._in_tables.get(variant.name)
        if values is None:
            told = (own for own in self.metrics(variant) if own.place == "table")
            values = self._in_tables[variant.name] = {(own.quantity, own.value): None for own in told}
        return any((figure.quantity, figure.value * factor) in values for factor in FACTORS)

    def baseline(self, of: Figure) -> Figure | None:
        """The FP32 figure beside another: of its runtime and row first, then of its runtime, then of any."""
        beside = self._beside.get((of.quantity, of.dataset, of.place), {})
        own = of.subject.runtime
        for runtimes in ((own,), (None,) if own else ("pytorch", "onnx")):
            for label in (of.label, None):
                found = [beside[runtime, label] for runtime in runtimes if (runtime, label) in beside]
                if found:
                    return min(found)[1]
        return None


def name_in_metadata(figure: Figure) -> str:
    """What the metadata call a figure, where that says more than which metric it is."""
    if figure.place != "metadata":
        return ""
    first = figure.label.split(", ")[0]
    name = first if quantity_of(first) else figure.label
    alike = _BETWEEN.sub("", name.lower())
    plain = {_BETWEEN.sub("", text.lower()) for text in (figure.quantity, metric_info(figure.quantity).title)}
    return "" if alike in plain or (quantity_of(name) == figure.quantity and name.isalpha()) else name
