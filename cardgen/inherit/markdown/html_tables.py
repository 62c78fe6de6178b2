"""HTML tables, with the places of their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cardgen.patterns import regex

_TABLE = regex(r"<table(?=[\s>/])", re.IGNORECASE)
_SPACED = frozenset({"br", "p", "div", "li", "tr", "td", "th"})
_UNFINISHED_TAG = regex(r"<[A-Za-z/!?][^<>]*+(?!>)")
LONGEST = 200_000
"""Characters of HTML that are searched for tables; no card's table comes near."""
_MOST_UNFINISHED = 20
"""Tags without an end that are put up with: each costs the standard library's parser a look at all that follows."""


@dataclass
class HtmlCell:
    """A cell, with the offsets of what stands between its tags."""

    start: int
    head: bool
    end: int = 0
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader sees, on one line."""
        return " ".join("".join(self.texts).split())


@dataclass
class HtmlTable:
    """A table; those inside its cells are text of the cells."""

    start: int
    end: int = 0
    rows: list[list[HtmlCell]] = field(default_factory=list)
    headed: bool = False
    """Whether the first row is a header."""


def html_tables(html: str) -> list[HtmlTable]:
    """The outermost tables in a piece of HTML, in order, with offsets into it."""
    if not _TABLE.search(html) or len(html) > LONGEST or len(_UNFINISHED_TAG.findall(html)) > _MOST_UNFINISHED:
        return []
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    reader.finish()
    return reader.tables


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[HtmlTable] = []
        self._html = html
        self._starts = [0, *(match.end() for match in re.finditer("\n", html))]
        self._depth = 0
        self._cell: HtmlCell | None = None
        self._in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = self._at()
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(HtmlTable(at))
                self._in_head = False
        elif self._depth == 1 and tag in {"thead", "tbody", "tfoot"}:
            self._end_cell(at)
            self._in_head = tag == "thead"
        elif self._depth == 1 and tag == "tr":
            self._end_cell(at)
            self.tables[-1].rows.append([])
        elif self._depth == 1 and tag in {"td", "th"}:
            self._end_cell(at)
            self._begin_cell(at, tag)
            return
        if self._cell and tag in _SPACED:
            self._cell.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        at = self._at()
        if tag == "table" and self._depth:
            self._depth -= 1
            if self._depth == 0:
                self._end_cell(at)
                end = self._html.find(">", at)
                self.tables[-1].end = len(self._html) if end < 0 else end + 1
        elif self._depth == 1 and tag in {"td", "th", "tr", "thead", "tbody", "tfoot"}:
            self._end_cell(at)
        elif self._cell and tag in _SPACED:
            self._cell.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self._cell.texts.append(data)

    def finish(self) -> None:
        """Close what the HTML leaves open."""
        self._end_cell(len(self._html))
        if self._depth:
            self.tables[-1].end = len(self._html)

    def _begin_cell(self, at: int, tag: str) -> None:
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        head = tag == "th"
        if len(table.rows) == 1 and not table.rows[0]:
            table.headed = self._in_head or head
        elif len(table.rows) == 1 and not self._in_head:
            table.headed = table.headed and head
        self._cell = HtmlCell(at + len(self.get_starttag_text() or ""), head)
        table.rows[-1].append(self._cell)

    def _end_cell(self, at: int) -> None:
        if self._cell:
            self._cell.end = max(at, self._cell.start)
            self._cell = None

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column
