"""How far a variant's answers are those of its baseline, which equal scores do not tell.

Answers flip both ways, and cancel out in accuracy: how many did, and how far probabilities moved, tells how much of the
baseline a variant is (Dutta et al., "Accuracy is Not All You Need", NeurIPS 2024, arXiv:2407.09141). Their flips are
answers that go from right to wrong or from wrong to right; McNemar's test (:func:`.statistics.mcnemar_p`) is over the
same counts. The divergence is that of Kullback and Leibler (Annals of Mathematical Statistics 22, 1951), the mean over
units of sum p log(p / q), with p the baseline's probabilities and q the variant's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cardgen.evaluation.scoring.resampling import Resampled, interval, ratio_of
from cardgen.evaluation.scoring.statistics import Ids, Interval, Values, wilson_interval
from cardgen.records.results.fidelity import Divergence, Fidelity, Share, Unit

Marks = npt.NDArray[np.bool_]

_CELLS = 2**20
"""Numbers held in memory at a time, in several copies."""
_FEWEST = 2
"""Samples below which nothing can be said of a mean's spread."""


def fidelity_of(
    same: npt.ArrayLike,
    right: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    divergences: Values | None = None,
    *,
    unit: Unit = "sample",
    owners: Ids | None = None,
    likeliest: int | None = None,
) -> Fidelity:
    """What a comparison of two models' answers comes to.

    Args:
        same: of each unit whether both answer alike.
        right: of each unit whether the variant is right, and whether the baseline is.
        divergences: of each unit the divergence in nats; NaN where none was kept, infinite where it cannot be told.
        unit: what is answered.
        owners: the number of the sample that each unit is part of; ``None`` where each is one.
        likeliest: of how many likeliest tokens probabilities were kept.
    """
    alike = np.asarray(same, np.bool_)
    of = np.arange(len(alike)) if owners is None else owners
    lost = gained = None
    if right is not None:
        variant, baseline = (np.asarray(marks, np.bool_) for marks in right)
        lost, gained = _share(baseline & ~variant, of), _share(variant & ~baseline, of)
    return Fidelity(
        unit=unit,
        units=len(alike),
        same=_share(alike, of),
        lost=lost,
        gained=gained,
        divergence=None if divergences is None else _divergence(divergences, of, likeliest),
    )


def softmax_divergences(variant: Sequence[Any], baseline: Sequence[Any]) -> Values:
    """The divergence of each unit of which one label is the answer.

    Args:
        variant: logits of each unit, of shape (labels,); units may differ in how many labels they have.
        baseline: the same of the baseline.

    Returns:
        Values in nats, infinite where a logit makes that so or leaves it untold.
    """
    from scipy.special import log_softmax

    return _each(variant, baseline, lambda logits: log_softmax(logits, axis=-1)[..., None])


def sigmoid_divergences(variant: Sequence[Any], baseline: Sequence[Any]) -> Values:
    """The same where each label applies or not by itself: the sum over labels, which is that of their sets."""
    from scipy.special import log_expit

    return _each(variant, baseline, lambda logits: np.stack([log_expit(logits), log_expit(-logits)], axis=-1))


def _each(variant: Sequence[Any], baseline: Sequence[Any], logarithms: Callable[[Values], Values]) -> Values:
    """Units of a like number of labels together, as many at a time as fit into memory."""
    lengths = np.array([len(logits) for logits in baseline], np.int64)
    found = np.empty(len(lengths))
    for length in np.unique(lengths):
        alike = [int(row) for row in np.flatnonzero(lengths == length)]
        size = max(1, _CELLS // max(1, int(length)))
        for start in range(0, len(alike), size):
            rows = alike[start : start + size]
            with np.errstate(invalid="ignore"):  # infinite logits make NaN, which is told below
                q, p = (
                    logarithms(np.array([logits[row] for row in rows], np.float64).reshape(len(rows), length))
                    for logits in (variant, baseline)
                )
            found[rows] = divergence(p.reshape(len(rows), -1), q.reshape(len(rows), -1))
    return found


def divergence(p: Values, q: Values) -> Values:
    """The divergence of q from p in each row, of logarithms of probabilities.

    Where p is 0 a term is 0, whatever q is; where q alone is, it is infinite. Below 0 by rounding alone, it is 0.

    Returns:
        Values in nats, infinite where one is NaN.
    """
    with np.errstate(invalid="ignore"):
        terms = np.where(np.isneginf(p), 0.0, np.exp(p) * (p - q))
    found: Values = np.nan_to_num(np.maximum(terms.sum(-1), 0.0), nan=np.inf, posinf=np.inf)
    return found


def _share(marks: Marks, owners: Ids) -> Share:
    found = _interval(marks, owners)
    return Share(
        count=int(marks.sum()),
        low=found.low,
        high=found.high,
        interval="wilson" if found.method == "wilson" else "bootstrap",
    )


def _interval(marks: Marks, owners: Ids) -> Interval:
    """Of units that are samples, Wilson's; else by resampling samples, since units of one sample go together.

    Where all units are alike resampling shows no spread: then Wilson's, of as many as there are samples.
    """
    samples = np.unique(owners)
    if len(samples) == len(marks):
        return wilson_interval(int(marks.sum()), len(marks))
    if marks.all() or not marks.any():
        return wilson_interval(len(samples) if marks.all() else 0, len(samples))
    return interval(_ratio(marks.astype(np.float64), owners), len(samples), width=2)


def _ratio(values: Values, owners: Ids) -> Resampled:
    """The mean over units, of samples that are drawn."""
    _samples, place = np.unique(owners, return_inverse=True)
    return ratio_of(np.bincount(place, weights=values), np.bincount(place))


def _divergence(values: Values, owners: Ids, likeliest: int | None) -> Divergence | None:
    known = np.isfinite(values)
    kept, of = values[known], owners[known]
    samples = len(np.unique(of))
    if samples < _FEWEST:
        return None
    spread = interval(_ratio(kept, of), samples, width=2)
    return Divergence(
        mean=float(kept.mean()),
        low=spread.low,
        high=spread.high,
        median=float(np.median(kept)),
        p99=float(np.quantile(kept, 0.99)),
        largest=float(kept.max()),
        units=int(known.sum()),
        unknown=int(np.isinf(values).sum()),
        likeliest=likeliest,
    )
