"""A card that is being imported: its clean text, the facts in it, and where its parts stood in the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from cardgen.inherit.document import Block, Document, Section, Span
from cardgen.inherit.facts.find import read_facts
from cardgen.inherit.facts.model import CardFacts
from cardgen.inherit.importer.metadata import CardMetadata, read_metadata
from cardgen.inherit.importer.own_id import fit_of_id
from cardgen.inherit.markdown.passage import Passage
from cardgen.inherit.parse import markdown_of
from cardgen.patterns import regex

_LINE_END = regex(r"\r\n|\r|\n")
_CONTROL = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|(?<=[^\ufeff])\ufeff+")
"""Characters that show nothing, and that YAML cannot hold; a byte-order mark stands at the start."""


@dataclass(frozen=True)
class SourceCard:
    """Somebody's card. Spans in ``document`` and ``facts`` point into the clean text."""

    document: Document
    """Of the text without page chrome."""
    facts: CardFacts
    metadata: CardMetadata
    moved: Passage | None
    """For a file with page chrome, or on one line: the clean text with its places in the file."""
    line_starts: tuple[int, ...]
    """Where the lines of the file start."""

    unlike_id: str | None = None
    """What the card's code loads, where that cannot be the card's own model by its name; no fact is made of it."""
    guessed_id: bool = False
    """Whether nothing but code tells the card's own id."""

    def line(self, place: Span) -> int:
        """The 1-based line of the file that a place is on."""
        at = place.start if self.moved is None else self.moved.place(place.start)
        return bisect_right(self.line_starts, at)

    def key_line(self, *path: str | int) -> int | None:
        """The line of a value of the front matter; ``None`` where it is not known."""
        front = self.document.front_matter
        place = front.places.get(path) if front is not None else None
        return None if place is None else self.line(place)

    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """Every block with its section."""
        for section in self.document.sections:
            for block in section.blocks:
                yield section, block

    def text(self, span: Span) -> str:
        """The clean text of a span, its lines ended by LF."""
        return self.document.slice(span).replace("\r\n", "\n").replace("\r", "\n")


def read_source(source: str) -> SourceCard:
    """Take a card apart for import."""
    text = _CONTROL.sub(" ", source)
    passage, form = markdown_of(text)
    clean, facts = read_facts(text if form == "plain" else passage.text)
    front = clean.front_matter
    fit = fit_of_id(facts.repo_id, clean, facts) if facts.repo_id else "told"
    return SourceCard(
        document=clean,
        facts=facts._replace(repo_id=None) if fit == "unlike" else facts,
        metadata=read_metadata(front.data if front else {}, partial(_written, clean)),
        moved=None if form == "plain" else passage,
        line_starts=(0, *(end.end() for end in _LINE_END.finditer(text))),
        unlike_id=facts.repo_id if fit == "unlike" else None,
        guessed_id=fit == "likely",
    )


def _written(document: Document, path: tuple[str | int, ...]) -> str | None:
    front = document.front_matter
    place = front.places.get(path) if front is not None else None
    return None if place is None else document.slice(place).strip("\"'")
