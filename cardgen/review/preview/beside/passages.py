"""Two texts → rows: what of the old one stands beside what of the new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cardgen.review.preview.beside.marks import marked, wholly
from cardgen.review.preview.beside.matching import matched
from cardgen.review.preview.beside.tokens import Passage, passages

_ALIKE = 0.3
"""Share of the words that two passages must have in common to stand beside each other."""
_AHEAD = 25
"""Passages among which the like of one is looked for."""


@dataclass(frozen=True)
class Row:
    """One passage on each side, or several that are the same on both."""

    kind: Literal["same", "folded", "changed", "removed", "added"]
    old: str = ""
    """HTML; empty where nothing stands for the new."""
    new: str = ""
    count: int = 1
    """Of the passages that are folded."""


def beside(old: str, new: str) -> tuple[Row, ...]:
    """The rows of two texts, of clean HTML: what did not change is there once, and folded but for headings."""
    before, after = passages(old), passages(new)
    rows: list[Row] = []
    runs = list(matched([each.keys for each in before], [each.keys for each in after]))
    for match in runs:
        if match.equal:
            rows += _unchanged(after[match.new], last=match is runs[-1])
        else:
            rows += _changed(before[match.old], after[match.new])
    return tuple(rows)


def _unchanged(same: Sequence[Passage], *, last: bool) -> Iterator[Row]:
    """What did not change: the heading under which something did stays in sight."""
    headings = [at for at, passage in enumerate(same) if passage.heading]
    if last or not headings:
        yield from _folded(same)
        return
    yield from _folded(same[: headings[-1]])
    yield Row("same", new=same[headings[-1]].html)
    yield from _folded(same[headings[-1] + 1 :])


def _folded(same: Sequence[Passage]) -> Iterator[Row]:
    if same:
        yield Row("folded", new="\n".join(passage.html for passage in same), count=len(same))


def _changed(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[Row]:
    """Pairs of passages that are much alike, in their order; the others stand alone, what is gone before what came."""
    at, come = 0, list[Row]()
    for passage in new:
        among = range(at, min(at + _AHEAD, len(old)))
        like = next((other for other in among if _alike(old[other], passage)), None)
        if like is None:
            come.append(Row("added", new=wholly(passage, "ins")))
            continue
        yield from (Row("removed", old=wholly(gone, "del")) for gone in old[at:like])
        yield from come
        yield Row("changed", *marked(old[like], passage))
        at, come = like + 1, []
    yield from (Row("removed", old=wholly(gone, "del")) for gone in old[at:])
    yield from come


def _alike(old: Passage, new: Passage) -> bool:
    if old.heading != new.heading:
        return False
    return len(old.key_set & new.key_set) >= _ALIKE * max(len(old.key_set), len(new.key_set))
