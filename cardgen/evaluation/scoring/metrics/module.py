"""A metric as a module of ``evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import evaluate

from cardgen.evaluation.scoring.metrics.metric import Feature, Metric


class MetricModule(evaluate.Metric):  # type: ignore[misc]
    """What ``evaluate.load`` would make of a script."""

    def __init__(self, metric: Metric, folder: Path) -> None:
        """Make a module that keeps its inputs in memory.

        Args:
            metric: what it computes.
            folder: where ``evaluate`` makes a folder all the same; by default in the user's cache.
        """
        self._metric = metric
        super().__init__(keep_in_memory=True, cache_dir=str(folder))

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=self._metric.description,
            citation=self._metric.citation,
            inputs_description=self._metric.inputs,
            features=datasets.Features(
                {
                    "predictions": _feature(self._metric.predictions),
                    "references": _feature(self._metric.references),
                }
            ),
        )

    def _compute(self, predictions: Any, references: Any, **options: Any) -> dict[str, float]:
        return dict(self._metric.score(predictions, references, **options))


def _feature(kind: Feature) -> Any:
    if isinstance(kind, tuple):
        return datasets.Sequence(datasets.Value(kind[0]))
    return datasets.Value(kind)
