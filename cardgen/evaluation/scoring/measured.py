"""What an evaluation by one task comes to: scores with intervals, and differences to the baseline."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cardgen.catalog.suggest import nearest
from cardgen.errors import StepError
from cardgen.evaluation.scoring.resampling import Resampled, interval, paired_interval
from cardgen.evaluation.scoring.statistics import mcnemar_p, wilson_interval
from cardgen.records.request import MetricRequest
from cardgen.records.results.evaluate import PairedDifference, Score
from cardgen.records.samples import SampleValues

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

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
    right: npt.NDArray[np.bool_] | None = None
    """Which samples are right, where the metric is their share."""
    width: int = 1
    """How many numbers :attr:`resampled` looks at in a sample."""
    each: npt.NDArray[np.float64] | None = None
    """The value of each sample, where the metric is their mean."""
    chance: float | None = None
    """The score to expect of answers that have nothing to do with the samples, where that can be told."""


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
    if measured.right is not None:
        found = wilson_interval(int(measured.right.sum()), measured.samples)
    else:
        found = interval(measured.resampled, measured.samples, measured.width)
    return Score(
        metric=measured.metric,
        args=dict(measured.args),
        value=measured.value,
        low=found.low,
        high=found.high,
        interval="wilson" if measured.right is not None else "bootstrap",
        chance=measured.chance,
    )


def values_of(measured: Measured) -> SampleValues | None:
    """The value of each sample, where the metric is their mean."""
    if measured.each is None:
        return None
    values = tuple(float(value) for value in measured.each)
    return SampleValues(
        metric=measured.metric, args=dict(measured.args), values=values, right=measured.right is not None
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
        mcnemar_p=None if variant.right is None or baseline.right is None else mcnemar_p(variant.right, baseline.right),
    )


def check_metric(
    request: MetricRequest, metrics: Sequence[str], args: Mapping[str, Sequence[str] | None] | None = None
) -> dict[str, str]:
    """Check that a task has a metric and the metric its arguments, and return the latter as text.

    Args:
        request: what is asked for.
        metrics: those that there are.
        args: the arguments that it takes, with the values of each; None for any.

    Raises:
        StepError: if the metric, an argument or a value of it does not exist.
    """
    if request.type not in metrics:
        raise StepError(f"There is no metric `{request.type}` for this task.", remedy=_choices(request.type, metrics))
    known = args or {}
    for name, value in request.args.items():
        if name not in known:
            raise StepError(
                f"{request.type} has no argument `{name}`.",
                remedy=f"It takes: {', '.join(known)}." if known else "It takes none.",
            )
        values = known[name]
        if values is not None and value not in values:
            raise StepError(f"{request.type} has no {name} `{value}`.", remedy=_choices(str(value), values))
    return {name: str(value) for name, value in request.args.items()}


def _choices(name: str, known: Sequence[str]) -> str:
    hint = nearest(name, known)
    return (f"Did you mean `{hint}`? " if hint else "") + f"There are: {', '.join(known)}."
