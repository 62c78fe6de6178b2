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


@dataclass(frozen=True)
class Counts:
    """How often each label is expected and predicted: the margins and the diagonal of a confusion matrix.

    Each of shape (..., labels). No score here looks at more of the matrix, which has the square of the labels.
    """

    expected: Values
    predicted: Values
    hits: Values
    """How often it is both."""


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


def count(expected: Ids, predicted: Ids, labels: int) -> Counts:
    """Count label ids of shape (..., samples), each below ``labels``."""
    draws, one, other = expected.shape[:-1], np.atleast_2d(expected), np.atleast_2d(predicted)
    offset = np.arange(len(one), dtype=np.int64)[:, None] * labels

    def counted(ids: Ids) -> Values:
        return np.bincount(ids.ravel(), minlength=len(one) * labels).reshape(*draws, labels).astype(np.float64)

    return Counts(counted(one + offset), counted(other + offset), counted((one + offset)[one == other]))


def dealt_at_random(counts: Counts) -> Counts:
    """The counts to expect where the same answers are dealt to the samples at random: what chance comes to.

    Only the hits change, to the product of the margins (Cohen, Educational and Psychological Measurement 20, 1960).
    Accuracy and F1 are linear in them, so that theirs are the scores to expect, of answers with this distribution on
    labels with that one.
    """
    expected, predicted = counts.expected, counts.predicted
    return Counts(expected, predicted, _ratio(expected * predicted, expected.sum(-1, keepdims=True)))


def accuracy(counts: Counts) -> Values:
    """Fraction of samples whose label is predicted."""
    return _ratio(counts.hits.sum(-1), counts.expected.sum(-1))


def f1(counts: Counts, *, average: str, positive: int = 1) -> Values:
    """F1 as ``sklearn.metrics.f1_score`` defines it, with labels neither expected nor predicted left out.

    Args:
        counts: of labels.
        average: ``binary``, ``macro``, ``micro`` or ``weighted``.
        positive: id of the label that ``binary`` is about.
    """
    both = counts.expected + counts.predicted
    if average == "micro":
        return accuracy(counts)
    by_label = _ratio(2 * counts.hits, both)
    if average == "binary":
        return by_label[..., positive]
    weights = counts.expected if average == "weighted" else (both > 0).astype(np.float64)
    return _ratio((by_label * weights).sum(-1), weights.sum(-1))


def of_label_sets(counts: Counts, *, kind: str, average: str) -> Values:
    """F1, precision or recall where a sample may have several labels, as in ``sklearn.metrics``, with 0 for 0 / 0.

    Args:
        counts: of labels.
        kind: ``f1``, ``precision`` or ``recall``.
        average: ``macro``, ``micro`` or ``weighted``.
    """
    expected, predicted, hits = counts.expected, counts.predicted, counts.hits
    if average == "micro":
        expected, predicted, hits = (each.sum(-1, keepdims=True) for each in (expected, predicted, hits))
    above = 2 * hits if kind == "f1" else hits
    below = {"f1": expected + predicted, "precision": predicted, "recall": expected}[kind]
    by_label = _ratio(above, below)
    weights = expected if average == "weighted" else np.ones_like(expected)
    return _ratio((by_label * weights).sum(-1), weights.sum(-1))


def matthews_correlation(counts: Counts) -> Values:
    """Gorodkin's R_K, which for two labels is Matthews correlation (Computational Biology and Chemistry 28, 2004)."""
    expected, predicted = counts.expected, counts.predicted
    samples = expected.sum(-1)
    covariance = counts.hits.sum(-1) * samples - (expected * predicted).sum(-1)
    spread = (samples**2 - (expected**2).sum(-1)) * (samples**2 - (predicted**2).sum(-1))
    return _ratio(covariance, np.sqrt(spread))


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Values:
    """Quotient, and 0 where the denominator is 0 (as scikit-learn scores what is not defined)."""
    above, below = np.asarray(above, np.float64), np.asarray(below, np.float64)
    quotient: Values = np.zeros(np.broadcast_shapes(above.shape, below.shape))
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient
