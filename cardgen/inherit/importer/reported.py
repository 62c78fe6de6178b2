"""A card's figures and claims to reported entries of a manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cardgen.inherit.document import Span
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.claims import add_claims
from cardgen.inherit.importer.datasets import ScoredOn
from cardgen.inherit.importer.files import HeldFiles, without_facts
from cardgen.inherit.importer.measured import Measured, name_in_metadata
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.scale import RARELY_ABOVE_ONE, TIMES, megabytes, scale_of, time_value
from cardgen.inherit.importer.variants import VariantDraft
from cardgen.inherit.manifest_text import Entry, Value
from cardgen.manifest.rules.reported import meant_metric
from cardgen.patterns import regex

_METRIC = regex(r"[A-Za-z][\w.-]*")


@dataclass
class _Known:
    """An entry that is written, and the figure that it is of."""

    figure: Figure
    entry: dict[str, Value]


@dataclass(frozen=True)
class ReportedEntries:
    """Writes the reported entries of a card's variants."""

    card: SourceCard
    variants: Sequence[VariantDraft]
    """All that the card is about."""
    data: ScoredOn
    """What its figures were measured on."""
    source: Value
    """Who reports, where the card does not say it of a figure."""
    measured: Measured
    """The figures that may be of a variant."""
    ledger: Ledger
    """Hears what was taken for granted."""
    files: Mapping[str, HeldFiles] = field(default_factory=dict)
    """By the name of the variant whose they are; they go before the card."""
    said: list[str] = field(default_factory=list)
    """What files say that the card said too, or otherwise."""
    places: list[Span] = field(default_factory=list)
    """Where claims stand in running text that the entries repeat."""

    def of(self, variant: VariantDraft, made_with: str | None = None) -> list[Value]:
        """The entries of one variant: one a metric and dataset, the first with its size, calibration and fallback.

        What its files say is in none of them: a variant may then have no entry.

        Args:
            variant: which variant.
            made_with: what quantized it, where that is not its backend's library.
        """
        entries: list[dict[str, Value]] = []
        known: dict[tuple[str, object], _Known] = {}
        metrics: dict[str, list[_Known]] = {}
        written: dict[tuple[str, str], dict[str, Value]] = {}
        for figure in self.measured.metrics(variant):
            if figure.place != "table" and not self._is_of(figure, variant):
                continue
            before = self._before(figure, known, metrics)
            if before is not None:
                if figure.place == "metadata":
                    self._add_metadata(before, figure, variant)
                continue
            entry = self._metric_entry(figure)
            if entry is None:
                continue
            key = (figure.quantity, " ".join(str(entry.get("dataset")).split()))
            if key in written:
                _remark(written[key], f"the card gives {_shown(figure)} too")
                continue
            written[key] = entry = {"variant": variant.name, **entry}
            entries.append(entry)
            found = _Known(figure, entry)
            for on in (self._on(figure), figure.dataset if figure.place == "table" else None):
                known.setdefault((figure.quantity, on), found)
            metrics.setdefault(figure.quantity, []).append(found)
        if not entries:
            entries.append({"variant": variant.name})
        self._add_size(variant, entries[0])
        if made_with is not None:
            entries[0]["made_with"] = made_with
        remarks, places = add_claims(self.card, variant, entries[0])
        self.places.extend(places)
        first, files = entries[0], self.files.get(variant.name)
        if files is not None:
            self.said.extend(without_facts(first, files, self.ledger))
            remarks = {key: remark for key, remark in remarks.items() if key in first}
            entries = entries if set(first) - {"variant"} else entries[1:]
            entries = entries if variant.made is not None else [files.entry(variant), *entries]
        return [self._finished(entry, remarks if entry is first else {}) for entry in entries]

    def _is_of(self, figure: Figure, variant: VariantDraft) -> bool:
        """Whether a figure that no table gives is of this variant: told by runtime, by its value, else the first's."""
        if len(self.variants) == 1:
            return figure.place != "metadata" or figure.metadata_path[1] == self.data.own
        if figure.subject.runtime is not None:
            return True
        for other in self.variants:
            if other.owns(figure.subject) and self.measured.in_table(other, figure):
                return other == variant
        return figure.place == "metadata" and variant == self.variants[0]

    def _on(self, figure: Figure) -> object:
        """What a figure was measured on, to tell it from others of its metric."""
        return self.data.data_of(figure) or figure.dataset

    def _before(
        self, figure: Figure, known: Mapping[tuple[str, object], _Known], metrics: Mapping[str, Sequence[_Known]]
    ) -> _Known | None:
        """The entry that a figure is of, where it is written already."""
        if figure.place == "table":
            return known.get((figure.quantity, figure.dataset))
        written = metrics.get(figure.quantity, ())
        if figure.place == "prose":
            return written[0] if written else None
        same = known.get((figure.quantity, self._on(figure)))
        return written[0] if same is None and len(written) == 1 and len(self.data.every) < 2 else same

    def _add_metadata(self, known: _Known, figure: Figure, variant: VariantDraft) -> None:
        """Keep what the metadata say of a figure that is reported already."""
        first, name = known.figure, name_in_metadata(figure)
        called = f" as “{name}”" if name else ""
        if figure.value != first.value:
            _remark(known.entry, f"the card's metadata give {_shown(figure)}{called}")
        elif name and name != name_in_metadata(first):
            _remark(known.entry, f"the card's metadata call it “{name}”")
        if first.place == "metadata" and figure.value != first.value:
            text = (
                f"{figure.quantity} of {variant.name} is {_shown(first)}, the first that the metadata give of several"
            )
            self.ledger.add("assumed", text, self.card.key_line(*first.metadata_path))
        elif first.place == "table" and figure.value == first.value and (source := self.data.source_of(figure)):
            known.entry["source"] = source

    def _metric_entry(self, figure: Figure) -> dict[str, Value] | None:
        if not _METRIC.fullmatch(figure.quantity) or meant_metric(figure.quantity) is not None:
            return None
        baseline = self.measured.baseline(figure)
        scale = scale_of(figure.quantity, [figure, *([baseline] if baseline else [])])
        entry: dict[str, Value] = {"metric": figure.quantity, "value": figure.value}
        if scale is None and baseline is not None:
            _remark(entry, f"the card gives the baseline as {_shown(baseline)}, on another scale")
            baseline, scale = None, scale_of(figure.quantity, [figure])
        if scale is None:
            return None
        if baseline is not None:
            entry["baseline"] = baseline.value
        if scale == "percent":
            entry["scale"] = scale
            if figure.quantity in RARELY_ABOVE_ONE and not figure.unit:
                text = f"{figure.quantity} {_shown(figure)} is in percent, as it is above 1"
                self.ledger.add("assumed", text, self.card.line(figure.span))
        if on := self.data.of(figure):
            entry["dataset"] = on
        if figure.place == "metadata":
            if source := self.data.source_of(figure):
                entry["source"] = source
            if name := name_in_metadata(figure):
                _remark(entry, f"the card's metadata call it “{name}”")
        return entry

    def _add_size(self, variant: VariantDraft, entry: dict[str, Value]) -> None:
        figures = self.measured.of(variant)
        own = next((figure for figure in figures if figure.quantity == "size"), None)
        if own is None and variant.approach == "none":
            return
        baselines = (figure for figure in self.measured.baselines if figure.quantity == "size")
        baseline = self.measured.baseline(own) if own else next(baselines, None)
        for key, figure in (("size_mb", own), ("baseline_size_mb", baseline)):
            value = megabytes(figure) if figure else None
            if figure is None or value is None:
                continue
            entry[key] = value
            if key == "size_mb" and variant.name in self.files:
                self.said.append(_shown(figure))
                continue
            what = key.removesuffix("_mb").replace("_", " ")
            if not figure.unit:
                text = f"the {what} of {variant.name}, {format(figure.value, 'f')}, is in MB, as the card gives no unit"
                self.ledger.add("assumed", text, self.card.line(figure.span))
            if value != figure.value:
                _remark(entry, f"the card prints the {what} as {format(figure.value, 'f')} {figure.unit}")
        for figure in figures:
            time = time_value(figure) if figure.quantity in TIMES and figure.quantity not in entry else None
            if time is not None:
                entry[figure.quantity] = time
                if time != figure.value:
                    _remark(entry, f"the card prints the latency as {format(figure.value, 'f')} {figure.unit}")

    def _finished(self, entry: dict[str, Value], remarks: Mapping[str, str]) -> Value:
        note = entry.pop("note", None)
        entry["source"] = entry.pop("source", self.source)
        if note is not None:
            entry["note"] = note
        return [Entry(key, value, remarks.get(key, "")) for key, value in entry.items()] if remarks else entry


def _shown(figure: Figure) -> str:
    return f"{format(figure.value, 'f')}{figure.unit}"


def _remark(entry: dict[str, Value], text: str) -> None:
    before = entry.get("note")
    entry["note"] = f"{before}; {text}" if isinstance(before, str) else text
