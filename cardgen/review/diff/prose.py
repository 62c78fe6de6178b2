"""What differs between two texts, by words: how lines are wrapped does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from cardgen.patterns import regex

_BLANK = regex(r"\n[ \t]*\n\s*")
_MOST_WORK = 20_000_000
"""Steps that matching may take, whatever texts hold: a word that comes again and again is matched with each of them."""

Kind = Literal["kept", "removed", "added"]


class Edit(NamedTuple):
    """A run of words that is in both texts, or in one."""

    kind: Kind
    text: str


def word_edits(old: str, new: str) -> tuple[Edit, ...]:
    """How to make ``new`` of ``old``: runs of words that are kept, removed or added, in the order of reading.

    Paragraphs are matched first, and words only where paragraphs differ. What would take too long to match, as texts
    may that somebody made for it, is removed and added whole.
    """
    matcher = _Matcher(_MOST_WORK)
    edits: list[Edit] = []
    before, after = _paragraphs(old), _paragraphs(new)
    for kept, one, other in matcher.matched(before, after):
        if kept:
            edits.append(Edit("kept", "\n\n".join(before[one])))
            continue
        passages = _words(before[one]), _words(after[other])
        for same, removed, added in matcher.matched(*passages):
            words = " ".join(passages[0][removed]), " ".join(passages[1][added])
            edits += [Edit("kept", words[0])] if same else [Edit("removed", words[0]), Edit("added", words[1])]
    return tuple(_joined(edits))


class _Matcher:
    """Finds what two lists have in common, until a measure of work is spent."""

    def __init__(self, work: int) -> None:
        self._work = work

    def matched(self, before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, slice, slice]]:
        """Runs of both, in order, and whether they are the same."""
        shorter = min(len(before), len(after))
        start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
        left = shorter - start
        end = next((at for at in range(left) if before[-1 - at] != after[-1 - at]), left)
        yield True, slice(0, start), slice(0, start)
        ends = len(before) - end, len(after) - end
        yield from self._inner(before, after, start, *ends)
        yield True, slice(ends[0], len(before)), slice(ends[1], len(after))

    def _inner(
        self, before: Sequence[str], after: Sequence[str], start: int, end: int, other_end: int
    ) -> Iterator[tuple[bool, slice, slice]]:
        one, other = before[start:end], after[start:other_end]
        counts = Counter(other)
        work = sum(counts[item] for item in one) * min(len(one), len(other))
        if work > self._work:
            yield False, slice(start, end), slice(start, other_end)
            return
        self._work -= work
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        for kind, first, last, other_first, other_last in matcher.get_opcodes():
            found = slice(start + first, start + last), slice(start + other_first, start + other_last)
            yield kind == "equal", *found


def _words(paragraphs: Sequence[str]) -> list[str]:
    """Words, with a mark between paragraphs."""
    return [word for word in " \n\n ".join(paragraphs).split(" ") if word]


def _paragraphs(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in _BLANK.split(text.strip())]


def _joined(edits: Sequence[Edit]) -> Iterator[Edit]:
    """Without empty runs; neighbours of one kind are one."""
    held: Edit | None = None
    for edit in edits:
        if not edit.text.strip():
            continue
        if held is not None and held.kind == edit.kind:
            held = Edit(held.kind, f"{held.text}\n\n{edit.text}")
            continue
        if held is not None:
            yield held
        held = edit
    if held is not None:
        yield held
