"""Text that was cut out of a card, where each character still knows its place in the card."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from cardgen.inherit.document import Span
from cardgen.patterns import regex

_RETURN = regex(r"\r\n?")


class Passage(NamedTuple):
    """Text made of pieces of a source, in their order, with characters put in between."""

    text: str
    offsets: Sequence[int]
    """Where each piece starts in the text, ascending from 0."""
    places: Sequence[int]
    """Where each piece starts in the source; ascending, as pieces never change their order."""
    source_length: int

    @classmethod
    def whole(cls, source: str) -> Passage:
        """All of a source."""
        return cls(source, (0,), (0,), len(source))

    def place(self, offset: int) -> int:
        """Where the character at ``offset`` of the text stands in the source."""
        piece = bisect_right(self.offsets, offset) - 1
        place = self.places[piece] + offset - self.offsets[piece]
        limit = self.places[piece + 1] if piece + 1 < len(self.places) else self.source_length
        return min(place, limit)

    def span(self, start: int, end: int) -> Span:
        """The place of the characters ``start`` to ``end`` (exclusive) of the text."""
        if len(self.offsets) == 1:  # as of nearly every card
            shift, length = self.places[0], self.source_length
            start, end = start + shift, end + shift
            if start <= end <= length:
                return Span(start, end)
            first = min(start, length)
            return Span(first, max(first, min(end, length)))
        first = self.place(start)
        return (
            Span(first, max(first, min(self.place(end - 1) + 1, self.source_length)))
            if end > start
            else Span(first, first)
        )

    def with_line_feeds(self) -> Passage:
        """The same lines, each ended by LF alone."""
        if "\r" not in self.text:
            return self
        cut = Cutting(self)
        start = 0
        for match in _RETURN.finditer(self.text):
            cut.keep(start, match.start())
            cut.put("\n", match.start())
            start = match.end()
        cut.keep(start, len(self.text))
        return cut.passage()


class Cutting:
    """Makes a passage out of pieces of another one; they are given in their order."""

    def __init__(self, passage: Passage) -> None:
        self._from = passage
        self._texts: list[str] = []
        self._offsets: list[int] = []
        self._places: list[int] = []
        self._length = 0

    def keep(self, start: int, end: int) -> None:
        """Take the characters ``start`` to ``end`` as they are."""
        if end <= start:
            return
        passage = self._from
        self._add(passage.text[start:end], passage.place(start))
        piece = bisect_right(passage.offsets, start)
        while piece < len(passage.offsets) and passage.offsets[piece] < end:
            self._offsets.append(self._length - (end - passage.offsets[piece]))
            self._places.append(passage.places[piece])
            piece += 1

    def put(self, text: str, at: int) -> None:
        """Put characters that stand for what is at offset ``at``."""
        if text:
            self._add(text, self._from.place(at))

    def passage(self) -> Passage:
        """What was taken so far."""
        return Passage(
            "".join(self._texts), tuple(self._offsets) or (0,), tuple(self._places) or (0,), self._from.source_length
        )

    def _add(self, text: str, place: int) -> None:
        self._texts.append(text)
        self._offsets.append(self._length)
        self._places.append(place)
        self._length += len(text)
