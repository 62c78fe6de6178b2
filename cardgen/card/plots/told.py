"""What plots are told with: lists that do not grow without end, and the words for axes that do not start at zero."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from cardgen.card.plots.axis import Axis
from cardgen.manifest.reported import Scale

_MOST = 12
"""Items of a list, before the rest is counted."""


def listed(items: Iterable[str], most: int = _MOST, rest: str = "more") -> str:
    """``a; b; c``, and of many ``a; b; 7 more``."""
    every = list(items)
    if len(every) <= most:
        return "; ".join(every)
    return "; ".join([*every[:most], f"{len(every) - most} {rest}"])


def not_from_zero(axes: Sequence[Axis]) -> str:
    """A sentence, where a distance from the edge is no size; empty where it is on every axis."""
    off = sum(not axis.from_zero for axis in axes)
    if not off:
        return ""
    if len(axes) == 1:
        return "The axis does not start at zero."
    return "The axes do not start at zero." if off == len(axes) else "Not all axes start at zero."


def axis_title(title: str, axis: Axis, *, higher_is_better: bool) -> str:
    """The name of an axis, with what a reader of the picture alone must know."""
    return ", ".join(
        [title, *([] if higher_is_better else ["less is better"]), *([] if axis.from_zero else ["not from zero"])]
    )


def least_span(scale: Scale) -> Decimal:
    """Ten units of the last digit that a score is shown with: what looks alike in figures is not drawn far apart."""
    return Decimal("0.1") if scale == "percent" else Decimal("0.001")
