"""How one figure went from old to new, as the arguments of a change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.rules import change


def in_both(old: Picture, new: Picture) -> Iterator[tuple[Subject, Subject]]:
    """The variants and runs that both states have, by place: their order in a manifest says nothing."""
    for place in sorted(old.subjects.keys() & new.subjects.keys()):
        yield old.subjects[place], new.subjects[place]


def relative(old: float, new: float) -> float | None:
    """The change as a share of the old figure; ``None`` where that is 0."""
    return (new - old) / abs(old) if old else None


def replaced(rule: str, place: str, old: Argument, new: Argument, **more: Argument) -> Iterator[Change]:
    """A change where two values differ, and both are known."""
    if old != new and old is not None and new is not None:
        yield change(rule, place, old=old, new=new, **more)


def one_way(rule: str, mirror: str, place: str, old: int | None, new: int | None, **more: Argument) -> Iterator[Change]:
    """A change of ``rule`` where a number fell, of ``mirror`` where it rose."""
    if old is not None and new is not None and old != new:
        yield change(rule if new < old else mirror, place, old=old, new=new, **more)


def digits(value: Decimal) -> str:
    """A reported figure, with the digits of its source."""
    return f"{value:f}"
