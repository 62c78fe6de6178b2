"""What differs between two texts, by words: how lines are wrapped does not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from cardgen.patterns import regex

_BLANK = regex(r"\n[ \t]*\n\s*")
_MOST_WORDS = 1500
"""Of a passage whose words are matched: finding the fewest edits takes the square of them."""

Kind = Literal["kept", "removed", "added"]


class Edit(NamedTuple):
    """A run of words that is in both texts, or in one."""

    kind: Kind
    text: str


def word_edits(old: str, new: str) -> tuple[Edit, ...]:
    """How to make ``new`` of ``old``: runs of words that are kept, removed or added, in the order of reading.

    Long texts are matched by paragraphs first, and words only where paragraphs differ.
    """
    before, after = _paragraphs(old), _paragraphs(new)
    edits: list[Edit] = []
    for kind, one, other in _matched(before, after):
        if kind == "equal":
            edits.append(Edit("kept", "\n\n".join(before[one])))
            continue
        words = " \n\n ".join(before[one]).split(" "), " \n\n ".join(after[other]).split(" ")
        edits += _words([word for word in words[0] if word], [word for word in words[1] if word])
    return tuple(_joined(edits))


def _words(before: Sequence[str], after: Sequence[str]) -> Iterator[Edit]:
    if len(before) > _MOST_WORDS or len(after) > _MOST_WORDS:
        yield Edit("removed", " ".join(before))
        yield Edit("added", " ".join(after))
        return
    for kind, one, other in _matched(before, after):
        if kind == "equal":
            yield Edit("kept", " ".join(before[one]))
            continue
        yield Edit("removed", " ".join(before[one]))
        yield Edit("added", " ".join(after[other]))


def _matched(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, slice, slice]]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        yield kind, slice(start, end), slice(other_start, other_end)


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
