"""Whether a difference of two figures is noise, from what is committed: each figure with its 95 % interval.

The limits of the difference are recovered from those of the two figures (MOVER: Zou and Donner, Statistics in Medicine
27, 2008; for Wilson intervals this is method 10 of Newcombe, Statistics in Medicine 17, 1998). It takes the two for
independent, so that for answers to the same samples it is too wide rather than too narrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A figure with a 95 % interval."""

    value: float
    low: float
    high: float


def difference(new: Estimate, old: Estimate) -> Estimate:
    """New minus old."""
    value = new.value - old.value
    # Sorted, so that old minus new comes to the same limits, bit for bit.
    below = math.hypot(*sorted((new.value - new.low, old.high - old.value)))
    above = math.hypot(*sorted((new.high - new.value, old.value - old.low)))
    return Estimate(value, value - below, value + above)


def is_noise(found: Estimate) -> bool:
    """Whether the interval holds zero."""
    return found.low <= 0.0 <= found.high
