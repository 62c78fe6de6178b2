"""The difference of two models sample by sample, in plain Python: a comparison imports no numerical library.

A percentile bootstrap of the mean difference, as ``cardgen.evaluation.scoring.resampling`` takes it (Efron and
Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13), but for what it tends to as draws are added: where a
sample is right or wrong, how many of those drawn flip each way has a trinomial distribution, whose quantiles are
computed. Elsewhere, and where that would take long, the mean of draws is normal (the central limit theorem).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist, fmean, pstdev
from typing import NamedTuple

CONFIDENCE = 0.95
_MOST_FLIPS = 400
"""Above, the trinomial distribution is as good as normal."""
_NEGLIGIBLE = 1e-12


class Paired(NamedTuple):
    """How one model's values on the same samples differ from another's."""

    value: float
    """Of the mean, new minus old."""
    low: float
    high: float
    """The 95 % interval."""
    gained: int
    """Samples of a greater value."""
    lost: int
    """Samples of a smaller value."""


def paired_difference(new: Sequence[float], old: Sequence[float]) -> Paired:
    """New minus old, of the same samples in the same order.

    Raises:
        ValueError: where there are none, or of one more than of the other.
    """
    apart = [one - other for one, other in zip(new, old, strict=True)]
    if not apart:
        raise ValueError("there are no samples")
    gained, lost = sum(each > 0 for each in apart), sum(each < 0 for each in apart)
    flips = all(each in (-1.0, 0.0, 1.0) for each in apart) and gained + lost <= _MOST_FLIPS
    low, high = _of_flips(len(apart), gained, lost) if flips else _normal(apart)
    return Paired(fmean(apart), low, high, gained, lost)


def _normal(apart: Sequence[float]) -> tuple[float, float]:
    """A bootstrap draws from the samples themselves, so that theirs is the deviation of all that there are."""
    half = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * pstdev(apart) / math.sqrt(len(apart))
    return fmean(apart) - half, fmean(apart) + half


def _of_flips(samples: int, gained: int, lost: int) -> tuple[float, float]:
    """Of the mean of as many draws as there are samples, of which each may gain, lose or neither."""
    chances: dict[int, float] = {}
    for flips, chance in _binomial(samples, (gained + lost) / samples):
        for gains, share in _binomial(flips, gained / (gained + lost) if flips else 0.0):
            net = 2 * gains - flips
            chances[net] = chances.get(net, 0.0) + chance * share
    tail = (1 - CONFIDENCE) / 2
    return _quantile(chances, tail) / samples, _quantile(chances, 1 - tail) / samples


def _quantile(chances: dict[int, float], level: float) -> int:
    total, wanted = 0.0, level * sum(chances.values())
    for net in sorted(chances):
        total += chances[net]
        if total >= wanted - _NEGLIGIBLE:
            return net
    return max(chances)


def _binomial(trials: int, chance: float) -> Iterator[tuple[int, float]]:
    """Every count that is not out of the question, and how likely it is."""
    if chance in (0.0, 1.0) or trials == 0:
        yield round(trials * chance), 1.0
        return
    spread = 8 * math.sqrt(trials * chance * (1 - chance)) + 8
    for count in range(max(0, int(trials * chance - spread)), min(trials, int(trials * chance + spread)) + 1):
        logarithm = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
        yield count, math.exp(logarithm + count * math.log(chance) + (trials - count) * math.log1p(-chance))
