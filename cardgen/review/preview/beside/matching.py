"""What of one sequence stands for what of another."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_MOST_PAIRS = 4_000_000
"""Of items to be held against each other: above that, all between what both begin and end with has changed."""


class Match(NamedTuple):
    """Runs that are equal, or of which one takes the other's place; one of these may be empty."""

    equal: bool
    old: slice
    new: slice


def matched(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Match]:
    """The runs of two sequences, in their order; those that are equal are as many as can be."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    end = next((at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start)
    if start:
        yield Match(True, slice(0, start), slice(0, start))
    yield from _between(old, new, slice(start, len(old) - end), slice(start, len(new) - end))
    if end:
        yield Match(True, slice(len(old) - end, len(old)), slice(len(new) - end, len(new)))


def _between(old: Sequence[Hashable], new: Sequence[Hashable], of_old: slice, of_new: slice) -> Iterator[Match]:
    before, after = old[of_old], new[of_new]
    if not before and not after:
        return
    if not before or not after or len(before) * len(after) > _MOST_PAIRS:
        yield Match(False, of_old, of_new)
        return
    for kind, start, end, other_start, other_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        found = (
            slice(of_old.start + start, of_old.start + end),
            slice(of_new.start + other_start, of_new.start + other_end),
        )
        yield Match(kind == "equal", *found)
