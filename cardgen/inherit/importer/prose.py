"""What of a card the manifest does not say, kept as a person's words: nothing is lost."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from cardgen.inherit.document import Block, CodeBlock, Heading, Paragraph, Section, Span, Table
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.fit import fitted
from cardgen.inherit.importer.known import Known
from cardgen.inherit.importer.loading_code import numbers_and_ids_known
from cardgen.inherit.importer.report import Ledger
from cardgen.patterns import regex

FIRST_LEVEL = 3
"""Of headings in a card's notes."""

_SENTENCE = regex(r"(?:(?<=[.!?:])|(?<=[.!?:][*_\"')\]])|(?<=[.!?:]\*\*)|(?<=[.!?:]__))\s+(?=[A-Z*_\[`'\"(])")
_HEADS: Mapping[str, str] = {
    "intended use": "intended_use",
    "intended uses": "intended_use",
    "limitations": "limitations",
    "caveats": "caveats",
    "caveats and recommendations": "caveats",
}
_ATX = regex(r"^#{1,6}(?=\s|$)")
_CLOSED = regex(r"\s#+$")
_UNDERLINE = regex(r"\s*(?:=+|-+)\s*")


@dataclass
class Understood:
    """What the manifest says of the card already."""

    blocks: set[Span] = field(default_factory=set)
    """Whole blocks: tables of figures, citations."""
    places: list[Span] = field(default_factory=list)
    """Claims in running text that the manifest repeats, and sentences that name the base model."""
    rest: dict[Span, str] = field(default_factory=dict)
    """Blocks of which only some is told, with what is left."""
    snippets: set[Span] = field(default_factory=set)
    """Code that only loads the model: the card gets code of its own."""

    @cached_property
    def _starts(self) -> tuple[list[int], list[int]]:
        """Where places start, ascending, and how far the places up to each of them reach."""
        ordered = sorted(self.places)
        return [place.start for place in ordered], list(accumulate((place.end for place in ordered), max))

    def has_place(self, start: int, stop: int) -> bool:
        """Whether a claim stands, if only in part, between two offsets; asked when all places are known."""
        starts, reach = self._starts
        before = bisect_left(starts, stop)
        return before > 0 and reach[before - 1] > start


@dataclass
class _Piece:
    section: int
    """Which of the document's sections it stands in."""
    span: Span
    text: str


def keep_whole(card: SourceCard, ledger: Ledger) -> dict[str, str]:
    """The whole text of a card, as ``base-card``: an export's card is its base model's, and nothing in it is cut."""
    body = Span(card.document.head.end, len(card.document.source))
    text = card.text(body).strip("\n")
    if not text.strip():
        return {}
    ledger.add("kept as prose", "the whole text, in base-card", card.line(body))
    return {"base-card": f"{text}\n"}


def keep_prose(card: SourceCard, understood: Understood, known: Known, title: str, ledger: Ledger) -> dict[str, str]:
    """The text that stays, by section of the new card.

    Args:
        card: the card.
        understood: what the manifest says; it stays all the same where something of it is not there.
        known: what stands in the manifest.
        title: the new card's, which need not be kept again.
        ledger: hears what is kept and what is left out, and where it stood.
    """
    return _Prose(card, understood, known, title, ledger).kept()


class _Prose:
    def __init__(self, card: SourceCard, understood: Understood, known: Known, title: str, ledger: Ledger) -> None:
        self._card = card
        self._understood = understood
        self._known = known
        self._title = title
        self._ledger = ledger
        self._sections = card.document.sections
        self._above = _headings_above(self._sections)
        self._first = next((section.heading for section in self._sections if section.heading), None)
        self._code_told: set[str] = set()
        """Titles of sections of which it is told that their code is left out."""

    def kept(self) -> dict[str, str]:
        pieces = [piece for at in range(len(self._sections)) for piece in self._pieces(at)]
        places: dict[str, list[_Piece]] = {}
        for piece in pieces:
            places.setdefault(self._place(piece.section), []).append(piece)
        texts = {}
        for place, members in places.items():
            texts[place] = self._assemble(members, headings=place == "notes")
            first = {piece.section: piece for piece in reversed(members)}
            for at in dict.fromkeys(piece.section for piece in members):
                shown = _shortened(self._sections[at].title) or "before the first heading"
                self._ledger.add("kept as prose", f"{shown}, in {place}", self._card.line(first[at].span))
        self._tell_emptied(pieces)
        return texts

    def _tell_emptied(self, pieces: Sequence[_Piece]) -> None:
        """Tell of sections of which nothing is kept, but for the one whose heading is the title."""
        kept = {heading.span for at in {piece.section for piece in pieces} for heading in self._above[at]}
        for section in self._sections:
            heading = section.heading
            if heading is None or heading.span in kept or heading.title.endswith(self._title):
                continue
            if len(section.blocks) == 1 and section.title in self._code_told:
                continue
            shown = _shortened(heading.title.rstrip(":"))
            text = f"the section {shown}, whose content the manifest says" if section.blocks else f"the heading {shown}"
            self._ledger.add("left out", text, self._card.line(heading.span))

    def _pieces(self, at: int) -> list[_Piece]:
        section, card = self._sections[at], self._card
        text = card.document.source
        starts = [_line_start(text, block.span.start) for block in section.blocks]
        ends = [*starts[1:], section.span.end][: len(starts)]
        lefts = [
            self._left(section, block, Span(start, max(start, end)))
            for block, start, end in zip(section.blocks, starts, ends, strict=True)
        ]
        for index, block in enumerate(section.blocks[:-1]):
            leads_on = isinstance(block, Paragraph) and block.text.endswith(":")
            told = leads_on and lefts[index].strip() and not lefts[index + 1].strip()
            if told and self._known.says(lefts[index]):
                lefts[index] = ""  # it only announced what is told now
                words = _shortened(" ".join(getattr(block, "text", "").split()))
                self._ledger.add(
                    "left out", f"“{words}”, as the manifest says what it announces", card.line(block.span)
                )
        pieces = [
            _Piece(at, block.span, left) for block, left in zip(section.blocks, lefts, strict=True) if left.strip()
        ]
        heading = section.heading
        if heading is not None and not pieces and not self._known.has_marks(self._words(heading)):
            pieces.append(_Piece(at, heading.span, ""))
        return pieces

    def _left(self, section: Section, block: Block, around: Span) -> str:
        """What is to be kept of a block."""
        whole = self._card.text(around)
        if block.span in self._understood.rest:
            rest = self._understood.rest[block.span]
            return rest if self._known.has_marks(whole, rest) else whole
        if block.span in self._understood.snippets and isinstance(block, CodeBlock):
            if not numbers_and_ids_known(block.code, self._known):
                return whole
            where = f"the code of {_shortened(section.title.rstrip(':'))}" if section.title else "code"
            text = f"{where}: the card gets loading code that cardgen writes"
            self._ledger.add("left out", text, self._card.line(block.span))
            self._code_told.add(section.title)
            return ""
        if block.span in self._understood.blocks:
            told = self._known.says_table(block) if isinstance(block, Table) else self._known.has_marks(whole)
            return "" if told and self._known.has_marks(whole) else whole
        if isinstance(block, Paragraph):
            return self._sentences(around)
        return whole

    def _sentences(self, around: Span) -> str:
        """A paragraph without the sentences that the manifest tells whole."""
        if not self._understood.has_place(around.start, around.end):
            return self._card.text(around)
        text = self._card.document.slice(around)
        kept, at, dropped = [], 0, False
        for found in [*_SENTENCE.finditer(text), None]:
            end = found.end() if found else len(text)
            start, stop = around.start + at, around.start + at + len(text[at:end].rstrip())
            sentence = text[at:end]
            if self._understood.has_place(start, stop) and self._known.says(sentence):
                dropped = True
                words = _shortened(" ".join(sentence.split()))
                place = self._card.line(Span(start, stop))
                self._ledger.add("left out", f"“{words}”, which the manifest says", place)
            else:
                kept.append(sentence)
            at = end
        rest = "".join(kept)
        return (rest if rest.strip(" \t\r\n-*+") else "") if dropped else self._card.text(around)

    def _place(self, at: int) -> str:
        section = self._sections[at]
        first = section.heading is None or at == 0
        if first and not self._card.facts.sweep and (not section.heading or self._is_named(section.heading)):
            return "summary"
        return _HEADS.get(section.title.strip(" :").lower(), "notes")

    def _assemble(self, pieces: Sequence[_Piece], *, headings: bool) -> str:
        """Markdown of the pieces, below the headings that they stood under."""
        shown: dict[Span, Heading] = {}
        for at in dict.fromkeys(piece.section for piece in pieces) if headings else ():
            shown.update({heading.span: heading for heading in self._above[at]})
        first = self._first
        if first is not None and first.span in shown and first.title.endswith(self._title) and self._is_named(first):
            del shown[first.span]
        shift = FIRST_LEVEL - min((heading.level for heading in shown.values()), default=FIRST_LEVEL)
        parts: list[str] = []
        for piece in pieces:
            for heading in self._above[piece.section]:
                if shown.pop(heading.span, None) is not None:
                    level = min(6, max(1, heading.level + shift))
                    parts.append("\n" + "#" * level + f" {self._words(heading)}\n\n")
            parts.append(piece.text if piece.text.endswith("\n") or not piece.text else piece.text + "\n")
        return fitted(re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip("\n"))

    def _is_named(self, heading: Heading) -> bool:
        return self._known.names(self._words(heading))

    def _words(self, heading: Heading) -> str:
        """A heading's Markdown on one line, without the marks that make it a heading."""
        lines = self._card.text(heading.span).strip().splitlines()
        if len(lines) > 1 and _UNDERLINE.fullmatch(lines[-1]):
            return " ".join(" ".join(lines[:-1]).split())
        return _CLOSED.sub("", _ATX.sub("", " ".join(" ".join(lines).split()))).strip()


def _headings_above(sections: Sequence[Section]) -> list[tuple[Heading, ...]]:
    """For each section the headings that it stands under, its own last."""
    found: list[tuple[Heading, ...]] = []
    above: list[Heading] = []
    for section in sections:
        if section.heading is not None:
            while above and above[-1].level >= section.heading.level:
                above.pop()
            above.append(section.heading)
        found.append(tuple(above) if section.heading is not None else ())
    return found


def _shortened(title: str) -> str:
    return title if len(title) <= 80 else f"{title[:77]}…"


def _line_start(text: str, at: int) -> int:
    start = text.rfind("\n", 0, at) + 1
    return text.rfind("\r", start, at) + 1 or start
