"""The ``model-index`` block: what the Hub shows beside the card, and what leaderboards read.

Format: the model card metadata specification of the Hub (``task``, ``dataset``, ``metrics``, ``source`` of a result).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class IndexMetric:
    """One value of one variant."""

    type: str
    value: float
    name: str
    """Differs between variants, which share a dataset."""
    args: tuple[tuple[str, str | int | float | bool], ...] = ()


@dataclass(frozen=True)
class IndexResult:
    """The values of all variants on one dataset."""

    task_type: str
    task_name: str
    dataset_type: str
    """Hub id of the dataset, or a name of its own for a local one."""
    dataset_name: str
    metrics: tuple[IndexMetric, ...]
    dataset_config: str | None = None
    dataset_split: str | None = None
    dataset_revision: str | None = None
    source_name: str | None = None
    source_url: str | None = None


def dump_model_index(name: str, results: tuple[IndexResult, ...]) -> list[dict[str, Any]]:
    """The block as plain data, with the Hub's key names; what is absent is left out."""
    return [{"name": name, "results": [_dump_result(result) for result in results]}]


def _dump_result(result: IndexResult) -> dict[str, Any]:
    dataset = {
        "type": result.dataset_type,
        "name": result.dataset_name,
        "config": result.dataset_config,
        "split": result.dataset_split,
        "revision": result.dataset_revision,
    }
    dumped: dict[str, Any] = {
        "task": {"type": result.task_type, "name": result.task_name},
        "dataset": {key: value for key, value in dataset.items() if value is not None},
        "metrics": [_dump_metric(metric) for metric in result.metrics],
    }
    if result.source_url is not None:
        dumped["source"] = {"name": result.source_name or result.source_url, "url": result.source_url}
    return dumped


def _dump_metric(metric: IndexMetric) -> dict[str, Any]:
    dumped: dict[str, Any] = {"type": metric.type, "value": metric.value, "name": metric.name}
    if metric.args:
        dumped["args"] = dict(metric.args)
    return dumped
