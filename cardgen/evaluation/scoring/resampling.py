"""Bootstrap intervals of any score, by drawing samples anew.

A percentile bootstrap over samples, as :mod:`cardgen.evaluation.scoring.statistics` has for counts of labels: the
difference of two models draws the same samples for both, so that what both find hard cancels out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cardgen.evaluation.scoring.statistics import CONFIDENCE, RESAMPLES, SEED, Counts, Ids, Interval, Values, count

Resampled = Callable[[Ids], Values]
"""From row numbers of drawn samples, of shape (..., samples), to the score of each draw, of shape (...)."""

_CELLS = 4_000_000
"""Numbers held in memory at a time."""


def interval(scored: Resampled, samples: int, width: int = 1) -> Interval:
    """Percentile bootstrap of one model's score.

    Args:
        scored: the score.
        samples: how many there are; two at least.
        width: how many numbers the score looks at in a sample, for the memory it takes.
    """
    return Interval(*_bootstrap(scored, samples, width), "bootstrap")


def paired_interval(variant: Resampled, baseline: Resampled, samples: int, width: int = 1) -> Interval:
    """Paired percentile bootstrap of the variant's score minus the baseline's. The arguments are as before."""

    def change(rows: Ids) -> Values:
        return variant(rows) - baseline(rows)

    return Interval(*_bootstrap(change, samples, width), "paired-bootstrap")


def mean_of(values: npt.ArrayLike) -> Resampled:
    """The mean of a value that each sample has."""
    array = np.asarray(values, np.float64)
    return lambda rows: np.asarray(array[rows].mean(-1))


def ratio_of(above: npt.ArrayLike, below: npt.ArrayLike) -> Resampled:
    """The sum of one value over that of another; 0 where that is 0."""

    def quotient(sums: Values) -> Values:
        found: Values = np.zeros(sums.shape[:-1])
        np.divide(sums[..., 0], sums[..., 1], out=found, where=sums[..., 1] != 0)
        return found

    return from_sums(np.stack([np.asarray(above), np.asarray(below)], axis=-1), quotient)


def from_sums(numbers: npt.ArrayLike, score: Callable[[Values], Values]) -> Resampled:
    """A score that depends only on sums over the samples.

    Args:
        numbers: what each sample adds, of shape (samples, numbers).
        score: from sums of shape (..., numbers) to scores of shape (...).
    """
    array = np.asarray(numbers, np.float64)
    return lambda rows: score(array[rows].sum(-2))


def of_counts(score: Callable[[Counts], Values], expected: Ids, predicted: Ids, labels: int) -> tuple[Resampled, int]:
    """A score that depends only on how often each label is expected, predicted and both; and how many numbers it takes.

    Args:
        score: from counts of shape (..., labels) to scores of shape (...); labels that do not occur do not bear on it.
        expected: label ids of shape (samples,).
        predicted: the same.
        labels: how many there are.
    """
    samples = len(expected)
    if labels > samples:  # of which most do not occur
        occurring, ids = np.unique(np.concatenate([expected, predicted]), return_inverse=True)
        expected, predicted, labels = ids[:samples], ids[samples:], len(occurring)
    # The two labels of each sample that is drawn, and some numbers for each label.
    return lambda rows: score(count(expected[rows], predicted[rows], labels)), 2 + 5 * labels // samples


def each_of(score: Callable[[Any], float]) -> Callable[[Values], Values]:
    """Have a function of one row of sums take many."""

    def scores(sums: Values) -> Values:
        found = [score(row) for row in sums.reshape(-1, sums.shape[-1])]
        return np.asarray(found, np.float64).reshape(sums.shape[:-1])

    return scores


def pearson_of(expected: npt.ArrayLike, found: npt.ArrayLike) -> Resampled:
    """Pearson's correlation; 0 in a draw where one side is the same throughout."""
    one, other = np.asarray(expected, np.float64), np.asarray(found, np.float64)
    return lambda rows: _pearson(one[rows], other[rows])


def spearman_of(expected: npt.ArrayLike, found: npt.ArrayLike) -> Resampled:
    """Spearman's correlation, with ranks anew in each draw; 0 where one side is the same throughout."""
    from scipy.stats import rankdata

    one, other = np.asarray(expected, np.float64), np.asarray(found, np.float64)
    return lambda rows: _pearson(rankdata(one[rows], axis=-1), rankdata(other[rows], axis=-1))


def _pearson(one: Values, other: Values) -> Values:
    one, other = one - one.mean(-1, keepdims=True), other - other.mean(-1, keepdims=True)
    spread = np.sqrt((one**2).sum(-1) * (other**2).sum(-1))
    found: Values = np.zeros(spread.shape)
    np.divide((one * other).sum(-1), spread, out=found, where=spread > 0)
    return np.clip(found, -1.0, 1.0)


def _bootstrap(scored: Resampled, samples: int, width: int) -> tuple[float, float]:
    from scipy.stats import bootstrap

    def statistic(rows: Ids, axis: int) -> Values:
        del axis  # always the last: scipy asks for the parameter
        return scored(rows)

    found: Any = bootstrap(
        (np.arange(samples),),
        statistic,
        n_resamples=RESAMPLES,
        batch=max(1, _CELLS // (samples * width)),
        vectorized=True,
        axis=-1,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)
