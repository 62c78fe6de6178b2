"""Arithmetic on figures as a card prints them: what each may have been before it was rounded or cut."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from cardgen.card.facts.consistency import half_unit

_HUNDRED = Decimal(100)
_GREATEST = 12
"""Digits before the point beyond which nothing that a card compares lies."""


class Between(NamedTuple):
    """All values that something may have."""

    low: Decimal
    high: Decimal

    def holds(self, other: Between) -> bool:
        """Whether some value is in both."""
        return self.low <= other.high and other.low <= self.high

    def times(self, factor: Decimal) -> Between:
        """Each value multiplied by a factor above zero."""
        return Between(self.low * factor, self.high * factor)


NOTHING = Between(Decimal(-1), Decimal(-1))
"""What no size may be."""


def printed(value: Decimal) -> Between:
    """What a figure may have been that was rounded to the digits that are printed."""
    return Between(value - half_unit(value), value + half_unit(value))


def derived(value: Decimal) -> Between:
    """The same where it may also have been cut off, without its sign."""
    size = abs(value)
    return Between(size - 2 * half_unit(value), size + 2 * half_unit(value))


def is_comparable(value: Decimal) -> bool:
    """Whether a figure is of a size with which one calculates."""
    return value.is_finite() and abs(value.adjusted()) < _GREATEST


def ratios(first: Decimal, second: Decimal) -> tuple[Between, ...]:
    """What one figure may be as a multiple of another, either way; none where one may be zero or below."""
    one, other = printed(first), printed(second)
    if one.low <= 0 or other.low <= 0:
        return ()
    return (
        Between(one.low / other.high, one.high / other.low),
        Between(other.low / one.high, other.high / one.low),
    )


def differences(first: Decimal, second: Decimal) -> tuple[Between, ...]:
    """How far two figures may lie apart: as printed, in points of a percentage, and in percent of either.

    Always in this order, so that what a whole column was calculated by can be told.
    """
    one, other = printed(first), printed(second)
    slack = half_unit(first) + half_unit(second)
    apart = abs(first - second)
    between = Between(max(Decimal(0), apart - slack), apart + slack)
    found = [between, between.times(_HUNDRED)]
    for base in (one, other):
        known = base.low > 0
        relative = Between(between.low / base.high, between.high / base.low) if known else NOTHING
        found += [relative, relative.times(_HUNDRED)]
    return tuple(found)


def in_percent(values: Sequence[Between]) -> tuple[Between, ...]:
    """The values, and the same in percent."""
    return (*values, *(value.times(_HUNDRED) for value in values))


def mean(values: Sequence[Decimal]) -> Between:
    """What the mean of figures may be."""
    slack = sum((half_unit(value) for value in values), Decimal(0)) / len(values)
    middle = sum(values, Decimal(0)) / len(values)
    return Between(middle - slack, middle + slack)
