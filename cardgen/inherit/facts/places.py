"""Where a piece of a block's plain text stands in the source."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from cardgen.inherit.document import Document, Span
from cardgen.patterns import regex

_LONGEST_WORD = 200
_HIDDEN = regex(r"\]\([^()\[\]\s]{0,2000}(?:\s\"[^\"()\[\]]{0,200}\")?\)|<[^<>]{1,1000}>")
"""What plain text leaves out of the source: addresses of links, and tags."""


@dataclass
class Places:
    """Finds plain text again in the source, which may hold markup, or page chrome, between its words.

    The same word of a text and of its source are those with as many of the like before them.
    """

    document: Document
    _masked: dict[Span, str] = field(default_factory=dict)
    _plain: dict[Span, bool] = field(default_factory=dict)
    _known: dict[tuple[Span, str, bool], tuple[list[int], list[int]]] = field(default_factory=dict)
    """Where a word stands in a block's text and in its source."""

    def find(self, block: Span, text: str, start: int, end: int) -> Span:
        """The span of ``text[start:end]``, where ``text`` is the plain text of the part of the source at ``block``.

        What cannot be found again has the span of the whole block.
        """
        if start < end and not (text[start].isspace() or text[end - 1].isspace()) and self._is_plain(block, text):
            return Span(block.start + start, block.start + end)
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        first = text[start : min(end, start + _LONGEST_WORD)].split(maxsplit=1)
        if not first:
            return block
        if self._is_plain(block, text):
            return Span(block.start + start, block.start + end)
        begin = self._word(block, text, first[0], start)
        if start + len(first[0]) >= end:
            return begin or block
        last = text[max(start, end - _LONGEST_WORD) : end].rsplit(maxsplit=1)[-1]
        stop = self._word(block, text, last, end - len(last))
        return Span(begin.start, stop.end) if begin and stop and begin.start < stop.end else block

    def _is_plain(self, block: Span, text: str) -> bool:
        """Whether the source at ``block`` is its plain text, as of most cells of tables."""
        known = self._plain.get(block)
        if known is None:
            known = self._plain[block] = self.document.source[block.start : block.end] == text and "<" not in text
        return known

    def literal(self, block: Span, text: str, start: int, end: int) -> Span:
        """As :meth:`find`, for text that is no Markdown (code) or is Markdown as written: nothing in it is hidden."""
        return self._nth(block, text, text[start:end], start, literal=True) or block

    def shown(self, block: Span) -> str:
        """The source at ``block`` with everything that a reader does not see blanked out, character for character."""
        known = self._masked.get(block)
        if known is None:
            known = self.document.source[block.start : block.end]
            if "](" in known or "<" in known:
                known = _HIDDEN.sub(lambda match: " " * len(match[0]), known)
            self._masked[block] = known
        return known

    def _word(self, block: Span, text: str, word: str, at: int) -> Span | None:
        return self._nth(block, text, word, at, literal=False)

    def _nth(self, block: Span, text: str, word: str, at: int, *, literal: bool) -> Span | None:
        known = self._known.get((block, word, literal))
        if known is None:
            source = self.document.source[block.start : block.end] if literal else self.shown(block)
            known = self._known[block, word, literal] = (_all(text, word), _all(source, word))
        there, here = known
        if not here:
            return None
        place = block.start + here[min(bisect_left(there, at), len(here) - 1)]
        return Span(place, place + len(word))


def _all(text: str, word: str) -> list[int]:
    found, at = [], text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + len(word))
    return found
