"""What an evaluation by one task comes to: scores with intervals, and differences to the baseline."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardgen.catalog.suggest import nearest
from cardgen.errors import StepError
from cardgen.evaluation.resampling import Resampled, interval, paired_interval
from cardgen.evaluation.statistics import wilson_interval
from cardgen.records.model import EvaluateResult, PairedDifference, Score
from cardgen.records.request import MetricRequest

Args = Mapping[str, str | int | float | bool]


@dataclass(frozen=True)
class Measured:
    """One metric of one model."""

    metric: str
    value: float
    samples: int
    resampled: Resampled
    """The same score of samples that are drawn anew."""
    args: Args = field(default_factory=dict)
    """As the card prints them."""
    correct: int | None = None
    """Samples that are right, where the metric is their share."""
    width: int = 1
    """How many numbers :attr:`resampled` looks at in a sample."""


Measure = Callable[[MetricRequest, Any], Measured]
"""From a metric and a model's predictions for the samples of an evaluation."""


def score_of(measured: Measured) -> Score:
    """The value with its 95 % interval.

    Raises:
        StepError: if the value is not a number.
    """
    if not math.isfinite(measured.value):
        raise StepError(
            f"The metric `{measured.metric}` comes to {measured.value:g}, which is no score.",
            remedy="Look at what the model answers: perhaps the same everywhere. Choose another metric, or other data.",
        )
    if measured.correct is not None:
        found = wilson_interval(measured.correct, measured.samples)
    else:
        found = interval(measured.resampled, measured.samples, measured.width)
    return Score(
        metric=measured.metric,
        args=dict(measured.args),
        value=measured.value,
        low=found.low,
        high=found.high,
        interval="wilson" if measured.correct is not None else "bootstrap",
    )


def difference_of(variant: Measured, baseline: Measured) -> PairedDifference:
    """The variant's value minus the baseline's, on the same samples."""
    found = paired_interval(variant.resampled, baseline.resampled, variant.samples, variant.width)
    return PairedDifference(
        metric=variant.metric,
        value=variant.value - baseline.value,
        low=found.low,
        high=found.high,
        interval="paired-bootstrap",
    )


def assemble(
    metrics: Sequence[MetricRequest],
    measure: Measure,
    predicted: Any,
    baseline: Any | None,
    *,
    samples: int,
    threads: int,
    labels: Mapping[str, str] | None = None,
    truncated: int = 0,
    settings: Args | None = None,
) -> EvaluateResult:
    """The result of an evaluation.

    Args:
        metrics: what is asked for.
        measure: computes one metric from predictions.
        predicted: the model's predictions.
        baseline: the baseline's, for a variant.
        samples: how many the data have.
        threads: that one operator could use.
        labels: dataset label to model label.
        truncated: samples longer than the model takes.
        settings: how the predictions were made, where a task has settings.
    """
    found = [measure(metric, predicted) for metric in metrics]
    before = None if baseline is None else [measure(metric, baseline) for metric in metrics]
    return EvaluateResult(
        samples=samples,
        scores=tuple(score_of(each) for each in found),
        differences=()
        if before is None
        else tuple(difference_of(one, other) for one, other in zip(found, before, strict=True)),
        labels=dict(labels or {}),
        truncated=truncated,
        settings=dict(settings or {}),
        threads=threads,
    )


def check_args(request: MetricRequest, known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The arguments of a metric, each checked to be one of the values that it takes.

    Raises:
        StepError: if an argument or a value of it does not exist.
    """
    for name, value in request.args.items():
        if name not in known:
            raise StepError(
                f"{request.type} has no argument `{name}`.",
                remedy=f"It takes: {', '.join(known)}." if known else "It takes none.",
            )
        if value not in known[name]:
            hint = nearest(str(value), known[name])
            raise StepError(
                f"{request.type} has no {name} `{value}`.",
                remedy=(f"Did you mean `{hint}`? " if hint else "") + f"There are: {', '.join(known[name])}.",
            )
    return {name: str(value) for name, value in request.args.items()}


def unknown_metric(request: MetricRequest, known: Sequence[str]) -> StepError:
    """That a task has no such metric."""
    hint = nearest(request.type, known)
    return StepError(
        f"There is no metric `{request.type}` for this task.",
        remedy=(f"Did you mean `{hint}`? " if hint else "") + f"There are: {', '.join(known)}.",
    )
