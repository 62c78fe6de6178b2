"""A card's figures and claims to reported entries of a manifest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cardgen.inherit.facts.model import Figure
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.scale import TIMES, megabytes, same_value, scale_of, time_value
from cardgen.inherit.importer.variants import VariantDraft, metric_figures
from cardgen.inherit.manifest_text import Entry, Value
from cardgen.patterns import regex

_METRIC = regex(r"[A-Za-z][\w.-]*")
_GLUE = {
    "MNLI": "mnli",
    "QQP": "qqp",
    "QNLI": "qnli",
    "SST-2": "sst2",
    "SST2": "sst2",
    "COLA": "cola",
    "STS-B": "stsb",
    "STSB": "stsb",
    "MRPC": "mrpc",
    "RTE": "rte",
    "WNLI": "wnli",
    "AX": "ax",
}
_SPLIT = regex(
    r"\b(?P<split>test|dev|development|validation)[ -](?:set|split|data|results?|scores?)\b",
    re.IGNORECASE,
)
_PLACES = {"table": 0, "metadata": 1, "prose": 2}


def variant_entries(
    card: SourceCard,
    variant: VariantDraft,
    variants: Sequence[VariantDraft],
    dataset: Value,
    source: Value,
    told: Sequence[Figure],
    made_with: str | None = None,
) -> list[Value]:
    """Reported entries of one variant: one for each metric, the first with its size, calibration and fallback.

    Args:
        card: the card.
        variant: which variant.
        variants: all of them.
        dataset: what its figures were measured on, where they do not say it.
        source: who reports.
        told: the card's figures that may be of it.
        made_with: what quantized it, where that is not its backend's library.
    """
    entries: list[dict[str, Value]] = []
    seen: dict[tuple[str, str | None], tuple[Figure, dict[str, Value]]] = {}
    figures = sorted(metric_figures(told, variant), key=lambda figure: _PLACES[figure.place])
    for figure in figures:
        if figure.place != "table" and not _is_of(card, figure, variant, variants):
            continue
        known = seen.get((figure.quantity, None if figure.place != "table" else figure.dataset))
        if known and figure.place != "table":
            if figure.place == "metadata" and figure.value != known[0].value:
                _remark(known[1], f"the card's metadata give {format(figure.value, 'f')}{figure.unit}")
            continue
        entry = _metric_entry(card, figure, dataset)
        if entry is None or (figure.quantity, figure.dataset) in seen:
            continue
        entries.append({"variant": variant.name, **entry})
        seen[figure.quantity, figure.dataset] = (figure, entries[-1])
        seen.setdefault((figure.quantity, None), (figure, entries[-1]))
    if not entries:
        entries.append({"variant": variant.name})
    _add_size(told, variant, entries[0])
    if made_with is not None:
        entries[0]["made_with"] = made_with
    remarked = _claims(card, variant, entries[0])
    return [_with_source(entry, source, remarked if entry is entries[0] else {}) for entry in entries]


def _is_of(card: SourceCard, figure: Figure, variant: VariantDraft, variants: Sequence[VariantDraft]) -> bool:
    """Whether a figure that no table gives is of this variant: told by its runtime, by its value, else the first's."""
    if len(variants) == 1 or figure.subject.runtime is not None:
        return True
    for other in variants:
        figures = metric_figures(card.facts.figures, other)
        of_table = [told for told in figures if told.place == "table" and told.quantity == figure.quantity]
        if any(same_value(told, figure) for told in of_table):
            return other == variant
    return figure.place == "metadata" and variant == variants[0]


def _metric_entry(card: SourceCard, figure: Figure, dataset: Value) -> dict[str, Value] | None:
    if not _METRIC.fullmatch(figure.quantity):
        return None
    baseline = _baseline(card.facts.figures, figure)
    scale = scale_of(figure.quantity, [figure, *([baseline] if baseline else [])])
    note = ""
    if scale is None and baseline is not None:
        note = f"the card gives the baseline as {format(baseline.value, 'f')}{baseline.unit}, on another scale"
        baseline, scale = None, scale_of(figure.quantity, [figure])
    if scale is None:
        return None
    entry: dict[str, Value] = {"metric": figure.quantity, "value": figure.value}
    if baseline is not None:
        entry["baseline"] = baseline.value
    if scale == "percent":
        entry["scale"] = scale
    on: Value = {"name": figure.dataset} if figure.dataset and figure.place == "table" else dataset
    if on:
        entry["dataset"] = on
    if note:
        entry["note"] = note
    return entry


def _baseline(figures: Sequence[Figure], of: Figure) -> Figure | None:
    """The FP32 figure beside another: of its row first, then of its runtime."""
    fits = [
        figure
        for figure in figures
        if figure.subject.baseline
        and figure.quantity == of.quantity
        and figure.dataset == of.dataset
        and figure.place == of.place
        and (figure.subject.runtime in (None, of.subject.runtime) or of.subject.runtime is None)
    ]
    fits.sort(key=lambda figure: (figure.subject.runtime != of.subject.runtime, figure.label != of.label))
    return fits[0] if fits else None


def _add_size(told: Sequence[Figure], variant: VariantDraft, entry: dict[str, Value]) -> None:
    sizes = [figure for figure in told if figure.quantity == "size"]
    own = next((figure for figure in sizes if not figure.subject.baseline and variant.owns(figure.subject)), None)
    if own is None and variant.approach == "none":
        return
    baseline = _baseline(sizes, own) if own else next((figure for figure in sizes if figure.subject.baseline), None)
    for key, figure in (("size_mb", own), ("baseline_size_mb", baseline)):
        value = megabytes(figure) if figure else None
        if figure is None or value is None:
            continue
        entry[key] = value
        if value != figure.value:
            _remark(
                entry,
                f"the card prints the {key.removesuffix('_mb').replace('_', ' ')} as {figure.value} {figure.unit}",
            )
    for figure in told:
        if figure.quantity in TIMES and not figure.subject.baseline and variant.owns(figure.subject):
            time = time_value(figure)
            if time is not None and figure.quantity not in entry:
                entry[figure.quantity] = time
                if time != figure.value:
                    _remark(entry, f"the card prints the latency as {figure.value} {figure.unit}")


def _claims(card: SourceCard, variant: VariantDraft, entry: dict[str, Value]) -> dict[str, str]:
    """Add calibration and fallback; what is to be remarked beside their keys."""
    remarks: dict[str, str] = {}
    for fallback in card.facts.fallbacks:
        if not variant.owns(fallback.subject) or "fallback_modules" in entry or variant.approach == "none":
            continue
        names = list(dict.fromkeys(name for name, _span in fallback.modules))
        if names:
            entry["fallback_modules"] = names
            if fallback.count is not None:
                remarks["fallback_modules"] = f"{fallback.count}, by the card's own count"
            if fallback.count not in (None, len(names)):
                _remark(entry, f"the card counts {fallback.count} modules in FP32 and lists {len(names)}")
        if fallback.total is not None and fallback.total >= max(len(names), 1):
            entry["total_modules"] = fallback.total
    for loss in card.facts.losses:
        if variant.owns(loss.subject) and loss.relative and 0 < loss.limit < 1 and "tolerance" not in entry:
            entry["tolerance"] = loss.limit
            remarks["tolerance"] = f"{(loss.limit * 100).normalize():f} %, relative"
    for claim in card.facts.calibrations:
        if not variant.owns(claim.subject) or "calibration" in entry or variant.approach != "static":
            continue
        told: dict[str, Value] = {
            key: getattr(claim, key) for key in ("split", "asked", "seen", "batch_size") if getattr(claim, key)
        }
        if told:
            entry["calibration"] = told
    return remarks


def _with_source(entry: dict[str, Value], source: Value, remarks: Mapping[str, str]) -> Value:
    note = entry.pop("note", None)
    entry["source"] = source
    if note is not None:
        entry["note"] = note
    if not remarks:
        return entry
    return [Entry(key, value, remarks.get(key, "")) for key, value in entry.items()]


def _remark(entry: dict[str, Value], text: str) -> None:
    before = entry.get("note")
    entry["note"] = f"{before}; {text}" if isinstance(before, str) else text


def own_figures(card: SourceCard) -> tuple[list[Figure], list[Figure]]:
    """Of an export's card, the figures of the export itself, whose column names it, and those that it inherits."""
    titles = {section.title for section in card.document.sections}
    own = [
        figure
        for figure in card.facts.figures
        if figure.subject.runtime == "onnx" and not figure.subject.baseline and figure.subject.label not in titles
    ]
    return own, [figure for figure in card.facts.figures if figure not in own]


def base_entries(card: SourceCard, source: Value, figures: Sequence[Figure]) -> list[Value]:
    """Reported entries about the base model, which an export's card inherits."""
    figures = [figure for figure in figures if figure.place == "table"]
    figures = [figure for figure in figures if figure.quantity == "score" or metric_of(figure) is not None]
    named = re.search(r"\bglue\b", card.document.text, re.IGNORECASE) is not None
    glue = [figure for figure in figures if named and (figure.dataset or "").upper() in _GLUE]
    glue = [figure for figure in glue if figure.quantity == "score"]
    entries: list[Value] = []
    split = _split(card, glue[0]) if glue else None
    seen: set[tuple[str, str | None]] = set()
    scale = scale_of("glue", glue) if glue else None
    for figure in figures:
        metric = "glue" if figure in glue else metric_of(figure)
        own_scale = scale if metric == "glue" else scale_of(metric, [figure]) if metric else None
        if metric is None or own_scale is None or (metric, figure.dataset) in seen:
            continue
        seen.add((metric, figure.dataset))
        entry: dict[str, Value] = {}
        if figure.dataset:
            on: dict[str, Value] = {"name": figure.dataset}
            if metric == "glue":
                on |= {"id": "glue", "config": _GLUE[figure.dataset.upper()]}
                on |= {"split": split} if split else {}
            entry["dataset"] = on
        entry |= {"metric": metric, "value": figure.value}
        if own_scale == "percent":
            entry["scale"] = own_scale
        entries.append({**entry, "source": source})
    return entries


def metric_of(figure: Figure) -> str | None:
    """The metric's name, where a figure is one of quality."""
    known = figure.quantity not in ("size", "loss", "score", *TIMES) and _METRIC.fullmatch(figure.quantity)
    return figure.quantity if known else None


def _split(card: SourceCard, figure: Figure) -> str | None:
    for section in card.document.sections:
        if section.span.start <= figure.span.start < section.span.end:
            found = {said["split"].lower() for said in _SPLIT.finditer(card.text(section.span))}
            names = {"test" if name == "test" else "validation" for name in found}
            return names.pop() if len(names) == 1 else None
    return None
