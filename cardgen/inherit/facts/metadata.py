"""Figures in a card's metadata: its model-index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cardgen.inherit.document import Document, Span
from cardgen.inherit.facts.model import Figure, Subject
from cardgen.inherit.facts.numbers import Number, read_cell
from cardgen.inherit.facts.scope import Scope
from cardgen.inherit.facts.words import is_baseline, quantity_of, runtime_of
from cardgen.patterns import regex

Path = tuple[str | int, ...]

_REPORTED = "reported"
_UNTOUCHED = regex(r"\bapply_quantization (?:false|none|n/a)\b", re.IGNORECASE)


def metadata_figures(scope: Scope) -> Iterator[Figure]:
    """The values of every result in the model-index; those that are no single number are left out."""
    front = scope.document.front_matter
    if front is None:
        return
    for entry_path, entry in _items(front.data.get("model-index"), ("model-index",)):
        name = _text(entry.get("name"))
        for result_path, result in _items(entry.get("results"), (*entry_path, "results")):
            dataset = result.get("dataset")
            data = _text(dataset.get("name")) or _text(dataset.get("type")) if isinstance(dataset, Mapping) else ""
            for metric_path, metric in _items(result.get("metrics"), (*result_path, "metrics")):
                kind, title = _text(metric.get("type")), _text(metric.get("name"))
                path = (*metric_path, "value")
                number = _number(scope.document, path, metric.get("value"))
                quantity = _quantity(kind, title)
                if number is None or not quantity:
                    continue
                found, span = number
                subject = _subject(scope, name, title, kind)
                label = title or kind
                yield Figure(
                    quantity,
                    label,
                    subject,
                    found.value,
                    found.unit,
                    "metadata",
                    span,
                    data or None,
                    metadata_path=path,
                )


def place_of(document: Document, path: Path) -> Span:
    """Where a value of the metadata stands; all of the metadata where that is not known."""
    front = document.front_matter
    if front is None:
        return document.head
    return front.places.get(path, front.span)


def _items(value: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for index, item in enumerate(value if isinstance(value, list | tuple) else ()):
        if isinstance(item, Mapping):
            yield (*path, index), item


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(document: Document, path: Path, value: Any) -> tuple[Number, Span] | None:
    """The number as the card writes it, which YAML's float no longer shows: ``0.490``."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    span = place_of(document, path)
    numbers = read_cell(document.slice(span).strip().strip("\"'"))
    if len(numbers) == 1 and (isinstance(value, str) or numbers[0].value == Decimal(str(value))):
        written = document.slice(span)
        start = span.start + written.index(written.strip().strip("\"'")) + numbers[0].start
        return numbers[0], Span(start, start + numbers[0].end - numbers[0].start)
    numbers = read_cell(str(value))
    return (numbers[0], span) if len(numbers) == 1 else None


def _quantity(kind: str, title: str) -> str | None:
    """The metric's type, where its name is not more exact: ``rouge`` named ``Rouge1``."""
    known, named = quantity_of(kind), quantity_of(title)
    if known and named and named != known and named.startswith(known):
        return named
    return known or kind or named


def _subject(scope: Scope, name: str, title: str, kind: str) -> Subject:
    """The model of a metric: the one that the metric's name gives behind commas, else that of the entry.

    ``F1 (macro), pytorch static INT8, reported`` is of the variant ``pytorch``; what tells the runs of a sweep apart
    is their label.
    """
    parts = [part.strip() for part in title[:500].split(", ")]
    told = (
        [part for part in parts[1:] if part and part != _REPORTED] if parts[0] == kind or quantity_of(parts[0]) else []
    )
    if not told:
        return Subject(name, is_baseline(title) or is_baseline(name), scope.runtime_named(name))
    variant = told[0].split()[0]
    label = variant if variant in scope.variants else ", ".join(told)
    baseline = is_baseline(", ".join(told)) or _UNTOUCHED.search(title) is not None
    return Subject(label, baseline, scope.variants.get(variant) or runtime_of(told[0]) or scope.runtime_named(label))
