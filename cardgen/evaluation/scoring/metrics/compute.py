"""The table of all metrics, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cardgen.evaluation.scoring.metrics.labels import LABEL_METRICS
from cardgen.evaluation.scoring.metrics.metric import Metric
from cardgen.evaluation.scoring.metrics.numbers import NUMBER_METRICS
from cardgen.evaluation.scoring.metrics.texts import TEXT_METRICS

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in (*LABEL_METRICS, *TEXT_METRICS, *NUMBER_METRICS)}


def compute(name: str, predictions: Any, references: Any, **options: Any) -> dict[str, float]:
    """What the metric ``name`` computes, by name of the score."""
    # Tasks are imported where nothing is scored, too.
    from cardgen.evaluation.scoring.metrics.module import MetricModule

    with TemporaryDirectory() as folder:
        module = MetricModule(METRICS[name], Path(folder))
        found: dict[str, float] = module.compute(predictions=predictions, references=references, **options)
    return found
