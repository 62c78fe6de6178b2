"""What an export's card reports of its base model, and what of the export itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cardgen.inherit.facts.model import Figure
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.scale import TIMES, scale_of
from cardgen.inherit.manifest_text import Value
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


def own_figures(card: SourceCard) -> tuple[list[Figure], list[Figure]]:
    """Of an export's card, the figures of the export itself, whose column names it, and those that it inherits."""
    titles = {section.title for section in card.document.sections}
    own = [
        figure
        for figure in card.facts.figures
        if figure.subject.runtime == "onnx" and not figure.subject.baseline and figure.subject.label not in titles
    ]
    mine = {id(figure) for figure in own}
    return own, [figure for figure in card.facts.figures if id(figure) not in mine]


def base_entries(card: SourceCard, source: Value, figures: Sequence[Figure]) -> list[Value]:
    """Reported entries about the base model, which an export's card inherits."""
    figures = [figure for figure in figures if figure.place == "table"]
    figures = [figure for figure in figures if figure.quantity == "score" or _metric_of(figure) is not None]
    named = re.search(r"\bglue\b", card.document.text, re.IGNORECASE) is not None
    glue = [figure for figure in figures if named and (figure.dataset or "").upper() in _GLUE]
    glue = [figure for figure in glue if figure.quantity == "score"]
    entries: list[Value] = []
    split = _split(card, glue[0]) if glue else None
    seen: set[tuple[str, str | None]] = set()
    scale = scale_of("glue", glue) if glue else None
    of_glue = {id(figure) for figure in glue}
    for figure in figures:
        metric = "glue" if id(figure) in of_glue else _metric_of(figure)
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


def _metric_of(figure: Figure) -> str | None:
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
