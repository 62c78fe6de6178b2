"""Lines merged three ways: Khanna, Kunal and Pierce, "A Formal Investigation of Diff3" (2007), over difflib.

The library that one would take, merge3, is under the GNU General Public License, whose terms would then bind whoever
passes cardgen on: docs/decisions/0008-three-way-merge-of-our-own.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from cardgen.publish.merge.model import Lines


class Chunk(NamedTuple):
    """A stretch of the three texts."""

    base: Lines
    theirs: Lines
    ours: Lines
    start: int
    """Index of its first line in theirs."""

    @property
    def agreed(self) -> Lines | None:
        """What it comes to; ``None`` where both sides changed it, and differently."""
        if self.ours in (self.base, self.theirs):
            return self.theirs
        if self.theirs == self.base:
            return self.ours
        return _side_by_side(self.base, self.theirs, self.ours)


def chunks(base: Lines, theirs: Lines, ours: Lines) -> Iterator[Chunk]:
    """The three texts, cut around every line of the base that stands in both of the others."""
    in_theirs, in_ours = dict(matches(base, theirs)), dict(matches(base, ours))
    stable = [(index, in_theirs[index], in_ours[index]) for index in sorted(in_theirs.keys() & in_ours)]
    at = (0, 0, 0)
    for place in [*stable, (len(base), len(theirs), len(ours))]:
        if place != at:
            yield Chunk(base[at[0] : place[0]], theirs[at[1] : place[1]], ours[at[2] : place[2]], at[1])
        if place[0] < len(base):
            same = theirs[place[1] : place[1] + 1]
            yield Chunk(same, same, same, place[1])
        at = (place[0] + 1, place[1] + 1, place[2] + 1)


def matches(base: Lines, other: Lines) -> Iterator[tuple[int, int]]:
    """The lines that two texts share, in order: the index in each."""
    first = 0
    while first < min(len(base), len(other)) and base[first] == other[first]:
        yield first, first
        first += 1
    last = 0
    while last < min(len(base), len(other)) - first and base[-1 - last] == other[-1 - last]:
        last += 1
    inner = SequenceMatcher(
        None, base[first : len(base) - last], other[first : len(other) - last], autojunk=False
    ).get_matching_blocks()
    for block in inner:
        for offset in range(block.size):
            yield first + block.a + offset, first + block.b + offset
    for offset in range(last, 0, -1):
        yield len(base) - offset, len(other) - offset


def _side_by_side(base: Lines, theirs: Lines, ours: Lines) -> Lines | None:
    """Both, where one side put whole paragraphs, or items of a list, beside what the other one wrote."""
    if base:
        for one, other in ((theirs, ours), (ours, theirs)):
            for start in range(len(one) - len(base) + 1):
                before, after = one[:start], one[start + len(base) :]
                if one[start : start + len(base)] == base and _stands_alone(before, after):
                    return before + other + after
        return None
    if all(line.lstrip().startswith("- ") for line in theirs + ours):
        return theirs + tuple(line for line in ours if line not in theirs)
    apart = not {line for line in theirs if line.strip()} & {line for line in ours if line.strip()}
    whole = _stands_alone(ours, ()) and _stands_alone(theirs, ())
    return ours + theirs if apart and (whole or (_stands_alone((), ours) and _stands_alone((), theirs))) else None


def _stands_alone(before: Lines, after: Lines) -> bool:
    """Whether a blank line parts what was put before and after other lines from them."""
    return not (before and before[-1].strip()) and not (after and after[0].strip())
