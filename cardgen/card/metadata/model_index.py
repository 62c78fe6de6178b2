"""The ``model-index`` block: what the Hub shows beside the card, and what leaderboards read.

Format: the model card metadata specification of the Hub (``task``, ``dataset``, ``metrics``, ``source`` of a result).

Why not with huggingface_hub: it reads every result, but when it writes (``eval_results_to_model_index``), it puts those
with equal task type and dataset type, config, split and revision into one, under the task name, dataset name, dataset
args and source of the first. It keeps neither unknown keys nor the names of several models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cardgen.card.metadata.fault import MetadataFault, finite_faults
from cardgen.card.metadata.index_shape import DATASET, ENTRY, INDEX, METRIC, RESULT, SOURCE, TASK, Table, shape_faults

Extra = Mapping[str, Any]
"""Keys that the format does not name, and named ones that hold nothing: plain YAML data, kept as they are."""


class ModelIndexError(ValueError):
    """A block that is not of the format's shape; carries everything that is wrong with it."""

    def __init__(self, faults: tuple[MetadataFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class IndexMetric:
    """One value of one variant."""

    type: str
    value: int | float | Decimal | str | Any
    """A number, or such as ``20.0 ± 1.2``. A `Decimal` is written with all its digits."""
    name: str | None = None
    """Differs between variants, which share a dataset."""
    args: Any = None
    """Of the metric's computation: a mapping, or its pairs; other people's cards may hold anything."""
    config: str | None = None
    verified: bool | None = None
    verify_token: str | None = None
    extra: Extra = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.args, tuple):
            object.__setattr__(self, "args", dict(self.args) or None)


@dataclass(frozen=True)
class IndexResult:
    """The values of all variants on one dataset."""

    task_type: str
    task_name: str | None
    dataset_type: str
    """Hub id of the dataset, or a name of its own for a local one."""
    dataset_name: str
    metrics: tuple[IndexMetric, ...]
    dataset_config: str | None = None
    dataset_split: str | None = None
    dataset_revision: str | None = None
    dataset_args: Any = None
    """Further arguments of ``load_dataset``: a mapping; in old cards also the configuration's name."""
    source_name: str | None = None
    source_url: str | None = None
    extra: Extra = field(default_factory=dict)
    task_extra: Extra = field(default_factory=dict)
    dataset_extra: Extra = field(default_factory=dict)
    source_extra: Extra = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.source_url is None and (self.source_name is not None or self.source_extra):
            raise ValueError("a source needs a url")


@dataclass(frozen=True)
class ModelIndexEntry:
    """The results of one model; a block may list several."""

    name: str
    results: tuple[IndexResult, ...]
    extra: Extra = field(default_factory=dict)


def dump_model_index(name: str, results: Iterable[IndexResult]) -> list[dict[str, Any]]:
    """The block of one model as plain data, with the Hub's key names; what is absent is left out."""
    return dump_entries((ModelIndexEntry(name, tuple(results)),))


def dump_entries(entries: Iterable[ModelIndexEntry]) -> list[dict[str, Any]]:
    """The block as plain data: what :func:`parse_model_index` reads back equal."""
    return [
        {"name": entry.name, "results": [_dump_result(result) for result in entry.results], **entry.extra}
        for entry in entries
    ]


def parse_model_index(data: object) -> tuple[ModelIndexEntry, ...]:
    """Read the block.

    Args:
        data: what YAML gives for ``model-index``.

    Raises:
        ModelIndexError: where something is missing or of a wrong type, or a number is not finite.
    """
    faults = (*shape_faults(data), *finite_faults(data, (INDEX,)))
    if faults or not isinstance(data, list):
        raise ModelIndexError(faults)
    return tuple(
        ModelIndexEntry(entry["name"], tuple(_parse_result(result) for result in entry["results"]), _rest(entry, ENTRY))
        for entry in data
    )


def _dump_result(result: IndexResult) -> dict[str, Any]:
    task = {"type": result.task_type, "name": result.task_name}
    dataset = {
        "type": result.dataset_type,
        "name": result.dataset_name,
        "config": result.dataset_config,
        "split": result.dataset_split,
        "revision": result.dataset_revision,
        "args": result.dataset_args,
    }
    source = {"name": result.source_name, "url": result.source_url}
    dumped: dict[str, Any] = {
        "task": _given(task, result.task_extra),
        "dataset": _given(dataset, result.dataset_extra),
        "metrics": [_dump_metric(metric) for metric in result.metrics],
    }
    if result.source_url is not None:
        dumped["source"] = _given(source, result.source_extra)
    return {**dumped, **result.extra}


def _dump_metric(metric: IndexMetric) -> dict[str, Any]:
    dumped = {
        "type": metric.type,
        "value": metric.value,
        "name": metric.name,
        "config": metric.config,
        "args": metric.args,
        "verified": metric.verified,
        "verifyToken": metric.verify_token,
    }
    return _given(dumped, metric.extra)


def _parse_result(data: Mapping[str, Any]) -> IndexResult:
    task, dataset, source = data["task"], data["dataset"], data.get("source") or {}
    return IndexResult(
        task_type=task["type"],
        task_name=task.get("name"),
        dataset_type=dataset["type"],
        dataset_name=dataset["name"],
        metrics=tuple(_parse_metric(metric) for metric in data["metrics"]),
        dataset_config=dataset.get("config"),
        dataset_split=dataset.get("split"),
        dataset_revision=dataset.get("revision"),
        dataset_args=dataset.get("args"),
        source_name=source.get("name"),
        source_url=source.get("url"),
        extra=_rest(data, RESULT),
        task_extra=_rest(task, TASK),
        dataset_extra=_rest(dataset, DATASET),
        source_extra=_rest(source, SOURCE),
    )


def _parse_metric(data: Mapping[str, Any]) -> IndexMetric:
    return IndexMetric(
        type=data["type"],
        value=data["value"],
        name=data.get("name"),
        args=data.get("args"),
        config=data.get("config"),
        verified=data.get("verified"),
        verify_token=data.get("verifyToken"),
        extra=_rest(data, METRIC),
    )


def _given(known: Mapping[str, Any], extra: Extra) -> dict[str, Any]:
    return {**{key: value for key, value in known.items() if value is not None}, **extra}


def _rest(data: Mapping[str, Any], table: Table) -> dict[str, Any]:
    """What the table does not name, and named keys that hold nothing, so that nothing is lost."""
    return {key: value for key, value in data.items() if key not in table or value is None}
