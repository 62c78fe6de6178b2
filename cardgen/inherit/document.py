"""What a Markdown card is made of, with the place of every part in the file as it was given.

Places are spans of characters in :attr:`Document.source`. Where a card had to be re-flowed (a whole card on one line)
or freed of page chrome, :attr:`Document.text` differs from it; spans still point into the source.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from cardgen.patterns import regex

LINE_END = regex(r"\r\n|\r|\n")
"""What lines of a card end at."""


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of the source; 0-based."""

    start: int
    end: int


class FrontMatter(NamedTuple):
    """The YAML block at the head of a card."""

    span: Span
    """With its ``---`` lines."""
    yaml: str
    """What stands between the lines, cleaned of chrome."""
    data: Mapping[str, Any]
    """Empty where the YAML cannot be read or is no mapping."""
    places: Mapping[tuple[str | int, ...], Span]
    """Key path, such as ``("model-index", 0, "name")``, to the span of its value."""
    error: str | None = None
    """Why the YAML cannot be read."""


class Heading(NamedTuple):
    """A heading, ATX or Setext."""

    level: int
    title: str
    """Plain text, without markup."""
    span: Span


class Paragraph(NamedTuple):
    """Running text, also that of a list item, a block quote or a definition."""

    text: str
    """Plain text on one line, without markup; code spans and links keep their text."""
    markdown: str
    """As written."""
    span: Span


class Cell(NamedTuple):
    """One cell of a table."""

    text: str
    """Plain text, without markup."""
    markdown: str
    span: Span


class Table(NamedTuple):
    """A pipe table or an HTML table."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """As written: a row may have more or fewer cells than the header."""
    span: Span
    html: bool = False


class CodeBlock(NamedTuple):
    """Fenced or indented code."""

    language: str
    """The first word of the info string in lower case; empty without one."""
    code: str
    span: Span
    """With its fences."""
    code_span: Span
    """The code alone."""
    lines: tuple[tuple[int, int], ...]
    """Where each line of the code starts, in the code and in the source: there behind the marks of a list or quote."""

    def place(self, start: int, end: int) -> Span:
        """The place of the characters ``start`` to ``end`` (exclusive) of the code."""
        first = self._at(start)
        return Span(first, max(first, self._at(end - 1) + 1 if end > start else first))

    def _at(self, offset: int) -> int:
        in_code, in_source = self.lines[bisect_right(self.lines, offset, key=itemgetter(0)) - 1]
        return in_source + offset - in_code


class HtmlBlock(NamedTuple):
    """HTML that is not a table."""

    html: str
    span: Span


Block = Heading | Paragraph | Table | CodeBlock | HtmlBlock


class Section(NamedTuple):
    """A heading and all that stands below it, up to the next heading of any level."""

    heading: Heading | None
    """``None`` for what stands before the first heading."""
    span: Span
    """The spans of all sections, and that of what stands before the first, cover the source without a gap."""
    blocks: tuple[Block, ...]
    """In order, without the heading."""
    parents: tuple[str, ...] = ()
    """Titles of the headings above this one, outermost first."""

    @property
    def title(self) -> str:
        """The heading's plain text, empty without one."""
        return self.heading.title if self.heading else ""


@dataclass(frozen=True)
class Document:
    """A card, taken apart. Joining :attr:`head` and the sections' text gives the source, byte for byte."""

    source: str
    text: str
    """The Markdown that was parsed."""
    form: Literal["plain", "chrome", "collapsed"]
    """Whether the source is Markdown as it stands, had page chrome in it, or was a whole card on one line."""
    head: Span
    """Byte-order mark, chrome and front matter: what stands before the body."""
    front_matter: FrontMatter | None
    sections: tuple[Section, ...]

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every block of the body in order, headings among them."""
        found: list[Block] = []
        for section in self.sections:
            if section.heading:
                found.append(section.heading)
            found.extend(section.blocks)
        return tuple(found)

    @cached_property
    def body(self) -> str:
        """The source without what stands before the body."""
        return self.source[self.head.end :]

    def says(self, *words: str) -> bool:
        """Whether the body holds one of some words, which are in lower case, in whatever case."""
        return any(word in self._lower_body for word in words)

    def paragraphs_with(self, *words: str) -> tuple[Paragraph, ...]:
        """The paragraphs that hold one of some words, which are in lower case, in whatever case, in order.

        Words are found many times as fast in the whole card as in one paragraph after the other.
        """
        paragraphs, starts, text = self._lower_paragraphs
        found: set[int] = set()
        for word in words:
            at = text.find(word)
            while at >= 0:
                number = bisect_right(starts, at) - 1
                found.add(number)
                at = text.find(word, starts[number + 1]) if number + 1 < len(starts) else -1
        return tuple(paragraphs[number] for number in sorted(found))

    def slice(self, span: Span) -> str:
        """The source's characters of ``span``."""
        return self.source[span.start : span.end]

    def line(self, offset: int) -> int:
        """The 1-based line of a character; lines end at LF, CR LF or CR."""
        return bisect_right(self._line_starts, offset)

    def column(self, offset: int) -> int:
        """The 1-based column of a character."""
        return offset - self._line_starts[self.line(offset) - 1] + 1

    @cached_property
    def _lower_body(self) -> str:
        return self.body.lower()

    @cached_property
    def _lower_paragraphs(self) -> tuple[list[Paragraph], list[int], str]:
        """Every paragraph, and where it starts in their text and Markdown together, in lower case."""
        paragraphs = [block for block in self.blocks if isinstance(block, Paragraph)]
        texts = [
            (block.text if block.text == block.markdown else f"{block.text}\n{block.markdown}").lower()
            for block in paragraphs
        ]
        starts = [0, *accumulate(len(text) + 1 for text in texts)]
        return paragraphs, starts[: len(texts)], "\n".join(texts)

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        return (0, *(end.end() for end in LINE_END.finditer(self.source)))
