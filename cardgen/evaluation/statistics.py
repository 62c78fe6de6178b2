"""How sure a score is: 95 % intervals of a score, and of the difference between two models on the same samples.

Accuracy has Wilson's interval (Wilson, JASA 22, 1927; recommended by Brown, Cai and DasGupta, Statistical Science 16,
2001). Everything else is a percentile bootstrap over samples (Efron and Tibshirani, An Introduction to the Bootstrap,
1993, chapter 13): the difference of two models resamples them together, so that what both find hard cancels out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest, bootstrap

CONFIDENCE = 0.95
RESAMPLES = 2000
"""Efron and Tibshirani advise 1000 or more for percentile intervals."""
SEED = 0
_CELLS = 2_000_000
"""Resampled labels, or counts of them, held in memory at a time."""

Ids = npt.NDArray[np.int64]
"""Label ids, of shape (samples,) or (resamples, samples)."""
Values = npt.NDArray[np.float64]
Measure = Callable[[Ids], Values]
"""From confusion matrices of shape (..., labels, labels), expected by predicted, to scores of shape (...)."""


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float
    method: Literal["wilson", "bootstrap", "paired-bootstrap"]


def wilson_interval(correct: int, samples: int) -> Interval:
    """Wilson's score interval of a proportion."""
    found = binomtest(correct, samples).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high), "wilson")


def score_interval(measure: Measure, expected: Ids, predicted: Ids, labels: int) -> Interval:
    """Percentile bootstrap of one model's score.

    Args:
        measure: the score.
        expected: expected label ids, of shape (samples,); two samples at least.
        predicted: predicted label ids, of the same shape.
        labels: how many labels the model has.
    """

    def statistic(truth: Ids, guess: Ids, axis: int) -> Values:
        del axis  # always the last: scipy asks for the parameter
        return measure(confusion(truth, guess, labels))

    return Interval(*_bootstrap((expected, predicted), statistic, labels), "bootstrap")


def paired_interval(measure: Measure, expected: Ids, variant: Ids, baseline: Ids, labels: int) -> Interval:
    """Paired percentile bootstrap of the variant's score minus the baseline's.

    Args:
        measure: the score.
        expected: expected label ids, of shape (samples,); two samples at least.
        variant: the variant's predictions for these samples.
        baseline: the baseline's predictions for these samples.
        labels: how many labels the model has.
    """

    def statistic(truth: Ids, one: Ids, other: Ids, axis: int) -> Values:
        del axis  # always the last: scipy asks for the parameter
        return measure(confusion(truth, one, labels)) - measure(confusion(truth, other, labels))

    return Interval(*_bootstrap((expected, variant, baseline), statistic, labels), "paired-bootstrap")


def confusion(expected: Ids, predicted: Ids, labels: int) -> Ids:
    """Confusion matrices: counts of shape (..., labels, labels) from ids of shape (..., samples)."""
    cells = labels * labels
    rows = np.atleast_2d(expected * labels + predicted)
    offset = np.arange(len(rows), dtype=np.int64)[:, None] * cells
    counts = np.bincount((rows + offset).ravel(), minlength=len(rows) * cells)
    return counts.reshape(*expected.shape[:-1], labels, labels)


def accuracy(matrix: Ids) -> Values:
    """Fraction of samples on the diagonal."""
    return _ratio(np.trace(matrix, axis1=-2, axis2=-1), matrix.sum((-2, -1)))


def f1(matrix: Ids, *, average: str, positive: int = 1) -> Values:
    """F1 as ``sklearn.metrics.f1_score`` defines it, with labels neither expected nor predicted left out.

    Args:
        matrix: confusion matrices.
        average: ``binary``, ``macro``, ``micro`` or ``weighted``.
        positive: id of the label that ``binary`` is about.
    """
    hits = np.diagonal(matrix, axis1=-2, axis2=-1)
    expected, predicted = matrix.sum(-1), matrix.sum(-2)
    by_label = _ratio(2 * hits, expected + predicted)
    if average == "binary":
        return by_label[..., positive]
    if average == "micro":
        return _ratio(hits.sum(-1), expected.sum(-1))
    weights = expected if average == "weighted" else (expected + predicted > 0).astype(np.int64)
    return _ratio((by_label * weights).sum(-1), weights.sum(-1))


def matthews_correlation(matrix: Ids) -> Values:
    """Gorodkin's R_K, which for two labels is Matthews correlation (Computational Biology and Chemistry 28, 2004)."""
    counts = matrix.astype(np.float64)
    expected, predicted = counts.sum(-1), counts.sum(-2)
    samples = counts.sum((-2, -1))
    covariance = np.trace(counts, axis1=-2, axis2=-1) * samples - (expected * predicted).sum(-1)
    spread = (samples**2 - (expected**2).sum(-1)) * (samples**2 - (predicted**2).sum(-1))
    return _ratio(covariance, np.sqrt(spread))


def _bootstrap(data: tuple[Ids, ...], statistic: Callable[..., Values], labels: int) -> tuple[float, float]:
    found: Any = bootstrap(
        data,
        statistic,
        n_resamples=RESAMPLES,
        batch=max(1, _CELLS // max(len(data[0]), labels**2)),
        vectorized=True,
        paired=True,
        axis=-1,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Values:
    """Quotient, and 0 where the denominator is 0 (as scikit-learn scores what is not defined)."""
    above, below = np.asarray(above, np.float64), np.asarray(below, np.float64)
    quotient: Values = np.zeros(np.broadcast_shapes(above.shape, below.shape))
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient
