"""How sure a score is: 95 % intervals of a score, and of the difference between two models on the same samples.

Accuracy has Wilson's interval (Wilson, JASA 22, 1927; recommended by Brown, Cai and DasGupta, Statistical Science 16,
2001). Everything else is a percentile bootstrap over samples (Efron and Tibshirani, An Introduction to the Bootstrap,
1993, chapter 13): the difference of two models resamples them together, so that what both find hard cancels out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

CONFIDENCE = 0.95
RESAMPLES = 2000
"""Efron and Tibshirani advise 1000 or more for percentile intervals."""
SEED = 0

Ids = npt.NDArray[np.int64]
"""Label ids, of shape (samples,) or (resamples, samples)."""
Values = npt.NDArray[np.float64]
Matrices = Ids
"""Confusion matrices of shape (..., labels, labels), expected by predicted."""


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float
    method: Literal["wilson", "bootstrap", "paired-bootstrap"]


def wilson_interval(correct: int, samples: int) -> Interval:
    """Wilson's score interval of a proportion."""
    from scipy.stats import binomtest

    found = binomtest(correct, samples).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high), "wilson")


def mcnemar_p(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    """McNemar's exact test (Psychometrika 12, 1947) of two models on the same samples.

    Of the samples that one model alone has right, either is equally likely to have each, if both are equally good; so
    the two-sided p-value is binomial. 1 where there are no such samples.

    Args:
        one: which samples the one model has right.
        other: which the other has.
    """
    from scipy.stats import binomtest

    gained, lost = int((one & ~other).sum()), int((other & ~one).sum())
    return float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def confusion(expected: Ids, predicted: Ids, labels: int) -> Matrices:
    """Confusion matrices: counts of shape (..., labels, labels) from ids of shape (..., samples)."""
    cells = labels * labels
    rows = np.atleast_2d(expected * labels + predicted)
    offset = np.arange(len(rows), dtype=np.int64)[:, None] * cells
    counts = np.bincount((rows + offset).ravel(), minlength=len(rows) * cells)
    return counts.reshape(*expected.shape[:-1], labels, labels)


def accuracy(matrix: Matrices) -> Values:
    """Fraction of samples on the diagonal."""
    return _ratio(np.trace(matrix, axis1=-2, axis2=-1), matrix.sum((-2, -1)))


def f1(matrix: Matrices, *, average: str, positive: int = 1) -> Values:
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


def matthews_correlation(matrix: Matrices) -> Values:
    """Gorodkin's R_K, which for two labels is Matthews correlation (Computational Biology and Chemistry 28, 2004)."""
    counts = matrix.astype(np.float64)
    expected, predicted = counts.sum(-1), counts.sum(-2)
    samples = counts.sum((-2, -1))
    covariance = np.trace(counts, axis1=-2, axis2=-1) * samples - (expected * predicted).sum(-1)
    spread = (samples**2 - (expected**2).sum(-1)) * (samples**2 - (predicted**2).sum(-1))
    return _ratio(covariance, np.sqrt(spread))


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Values:
    """Quotient, and 0 where the denominator is 0 (as scikit-learn scores what is not defined)."""
    above, below = np.asarray(above, np.float64), np.asarray(below, np.float64)
    quotient: Values = np.zeros(np.broadcast_shapes(above.shape, below.shape))
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient
