"""Values on an axis: where each lies, and which of them are written beside it.

All is reckoned in decimal numbers of a fixed precision, so that no machine's arithmetic or library shows in a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from itertools import pairwise
from typing import Literal

from cardgen.card.plots.text import width
from cardgen.card.words import numbers

_EXACT = Context(prec=28, Emax=10**6, Emin=-(10**6))
_PAD = Decimal("0.05")
"""Of the values' span, left free at both ends."""
_FINEST = Decimal("1e-6")
"""Of the largest value: what an axis holds at the least, so that ticks have no endless digits."""
_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_DECADE, _HALF_DECADE, _EDGE = 10, Decimal("3.2"), Decimal("1.2")
_GAP = 14.0
"""Pixels between two labels."""
_SIZE = 12.0
"""Of labels."""


@dataclass(frozen=True)
class Tick:
    """A value that is written beside an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Axis:
    """A part of the numbers, laid along pixels."""

    low: Decimal
    high: Decimal
    start: float
    """The pixel at which ``low`` lies."""
    end: float
    logarithmic: bool
    ticks: tuple[Tick, ...]

    @property
    def from_zero(self) -> bool:
        """Whether the axis shows zero, so that a length on it is a size."""
        return not self.logarithmic and self.low <= 0 <= self.high

    def at(self, value: Decimal) -> float:
        """The pixel of a value; one that lies beyond the axis is at its end."""
        return _place(value, self.low, self.high, self.start, self.end, self.logarithmic)


def linear_axis(
    values: Iterable[Decimal],
    start: float,
    end: float,
    *,
    least_span: Decimal,
    zero: bool = False,
    across: Literal["x", "y"] = "x",
) -> Axis:
    """An axis that holds some values.

    Args:
        values: at least one, all finite.
        start: the pixel of its low end.
        end: the pixel of its high end.
        least_span: what it holds at the least, so that differences that no text shows are not drawn large.
        zero: whether it begins at zero, or ends there where all values are below.
        across: whether labels stand beside each other or below each other.
    """
    with localcontext(_EXACT):
        found = sorted(values)
        low, high = (min(found[0], Decimal(0)), max(found[-1], Decimal(0))) if zero else (found[0], found[-1])
        least_span = max(least_span, max(abs(low), abs(high)) * _FINEST)
        if high - low < least_span:
            middle = (low + high) / 2
            low, high = (
                (low, low + least_span) if zero and low == 0 else (middle - least_span / 2, middle + least_span / 2)
            )
        pad = (high - low) * _PAD
        low, high = (low if zero and low == 0 else low - pad), (high if zero and high == 0 else high + pad)
        for most in range(7 if across == "x" else 6, 0, -1):
            step = _step((high - low) / most)
            ticks = _labelled(
                ((tick, numbers.tick(tick, step)) for tick in _multiples(low, high, step)), low, high, start, end, False
            )
            if across == "y" or _fit(ticks):
                break
        return Axis(low, high, start, end, False, ticks if across == "y" or _fit(ticks) else ticks[:1])


def log_axis(values: Iterable[Decimal], start: float, end: float) -> Axis:
    """An axis of powers of ten that holds some values, beside each other.

    Args:
        values: at least one, all finite and more than zero.
        start: the pixel of its low end.
        end: the pixel of its high end.
    """
    with localcontext(_EXACT):
        found = sorted(values)
        low, high = found[0], found[-1]
        if high / low < _DECADE:
            low, high = low / _EDGE, high * _EDGE
            low, high = Decimal(1).scaleb(low.adjusted()), Decimal(1).scaleb(high.adjusted() + 1)
        else:
            low, high = low / _HALF_DECADE, high * _HALF_DECADE
        first, last = (low - low / 10**9).adjusted() + 1, high.adjusted()
        every = max(1, -(-(last - first) // 6))
        while True:
            powers = range(first, last + 1, every)
            marked = ((Decimal(1).scaleb(power), numbers.power_of_ten(power)) for power in powers)
            ticks = _labelled(marked, low, high, start, end, logarithmic=True)
            if _fit(ticks) or len(ticks) < 2:
                return Axis(low, high, start, end, logarithmic=True, ticks=ticks)
            every += 1


def _step(least: Decimal) -> Decimal:
    """The least of 1, 2 and 5 times a power of ten that is no less."""
    unit = Decimal(1).scaleb(least.adjusted())
    return next(step * unit for step in _STEPS if step * unit >= least)


def _multiples(low: Decimal, high: Decimal, step: Decimal) -> Iterator[Decimal]:
    at = (low / step).to_integral_value(rounding="ROUND_CEILING")
    while at * step <= high:
        yield at * step
        at += 1


def _labelled(
    ticks: Iterable[tuple[Decimal, str]], low: Decimal, high: Decimal, start: float, end: float, logarithmic: bool
) -> tuple[Tick, ...]:
    return tuple(Tick(_place(value, low, high, start, end, logarithmic), label) for value, label in ticks)


def _place(value: Decimal, low: Decimal, high: Decimal, start: float, end: float, logarithmic: bool) -> float:
    with localcontext(_EXACT):
        value = min(max(value, low), high)
        if logarithmic:
            value, low, high = value.log10(), low.log10(), high.log10()
        share = (value - low) / (high - low)
    return start + float(share) * (end - start)


def _fit(ticks: tuple[Tick, ...]) -> bool:
    """Whether labels that stand beside each other leave a gap."""
    halves = [(tick.at, width(tick.label, _SIZE) / 2) for tick in ticks]
    return all(abs(other - one) >= half + other_half + _GAP for (one, half), (other, other_half) in pairwise(halves))
