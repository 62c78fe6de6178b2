"""The ``model-index`` of a card → the evaluation box that the Hub shows beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cardgen.card.metadata.index_shape import INDEX
from cardgen.card.words.wording import HUB, metric_title
from cardgen.catalog.hub_names import id_fault
from cardgen.review.preview.hub.harmless import SCHEMES
from cardgen.review.preview.hub.values import mapping, mappings, words


@dataclass(frozen=True)
class Metric:
    """One line of the box."""

    name: str
    value: str


@dataclass(frozen=True)
class EvaluationResult:
    """What was measured on one dataset, as whoever publishes the card says: nobody has verified it."""

    task: str
    dataset: str
    """With its configuration and split."""
    dataset_url: str | None
    source: str
    """Who reports it; empty where nobody is named."""
    source_url: str | None
    metrics: tuple[Metric, ...]


def evaluation_results(data: Mapping[str, Any]) -> tuple[EvaluationResult, ...]:
    """The results of a card's metadata, in their order; a result without a metric is none."""
    return tuple(_results(data))


def _results(data: Mapping[str, Any]) -> Iterator[EvaluationResult]:
    for entry in mappings(data.get(INDEX)):
        for result in mappings(entry.get("results")):
            task, dataset = mapping(result.get("task")), mapping(result.get("dataset"))
            source = mapping(result.get("source"))
            metrics = tuple(
                Metric(words(metric.get("name")) or metric_title(words(metric.get("type"))), words(metric.get("value")))
                for metric in mappings(result.get("metrics"))
            )
            if metrics:
                where = [words(dataset.get(key)) for key in ("config", "split")]
                name = words(dataset.get("name")) or words(dataset.get("type"))
                url = words(source.get("url"))
                yield EvaluationResult(
                    task=words(task.get("name")) or words(task.get("type")),
                    dataset=", ".join(filter(None, [name, *where])),
                    dataset_url=_dataset_page(words(dataset.get("type"))),
                    source=words(source.get("name")) or url,
                    source_url=url if url.partition(":")[0] in SCHEMES else None,
                    metrics=metrics,
                )


def _dataset_page(dataset: str) -> str | None:
    return f"{HUB}/datasets/{dataset}" if dataset and not id_fault(dataset) else None
