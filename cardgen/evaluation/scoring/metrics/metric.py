"""What a metric is, apart from ``evaluate``, which takes a second to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Feature = str | tuple[str]
"""The type of a value, by its name in ``datasets.Value``; in a tuple, that of each value of a list."""


@dataclass(frozen=True)
class Metric:
    """One metric, in the parts of an ``evaluate.MetricInfo``."""

    name: str
    description: str
    citation: str
    inputs: str
    """What it takes and returns, for people."""
    predictions: Feature
    references: Feature
    score: Callable[..., Mapping[str, float]]
    """From predictions, references and options to scores by name."""
