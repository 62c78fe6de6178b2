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
_MOST_SPANNED = 1_000
"""Columns that a cell can span (HTML Standard, 4.9.11)."""
_SPREAD = 20
"""Places that all cells together may take, to their count: beyond, somebody plays with the numbers."""
_MOST_UNFINISHED = 20
"""Tags without an end that are put up with: each costs the standard library's parser a look at all that follows."""


@dataclass
class HtmlCell:
    """A cell, with the offsets of what stands between its tags."""

    start: int
    head: bool
    """Whether it stands in the table's head, or is a heading of its row or column."""
    columns: int = 1
    rows: int = 1
    """How many columns and rows it spans."""
    end: int = 0
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader sees, on one line."""
        return " ".join("".join(self.texts).split())


@dataclass
class HtmlTable:
    """A table; those inside its cells are text of the cells. A cell stands in its rows as often as it spans columns."""

    start: int
    end: int = 0
    rows: list[list[HtmlCell]] = field(default_factory=list)
    headers: int = 0
    """How many rows at the top are of headings alone."""


def html_tables(html: str) -> list[HtmlTable]:
    """The outermost tables in a piece of HTML, in order, with offsets into it."""
    if not _TABLE.search(html) or len(html) > LONGEST or len(_UNFINISHED_TAG.findall(html)) > _MOST_UNFINISHED:
        return []
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    reader.finish()
    return reader.tables


def _spanned(value: str | None) -> int:
    """How many columns or rows a cell says that it spans; 0 stands for all."""
    if value is None or not (digits := value.strip()).isascii() or not digits.isdigit() or len(digits) > 5:
        return 1
    return int(digits) or _MOST_SPANNED


def _spread(rows: list[list[HtmlCell]]) -> list[list[HtmlCell]]:
    """The rows with each cell in every place that it spans, as long as that is not absurdly many."""
    left = _SPREAD * sum(map(len, rows))
    spread: list[list[HtmlCell]] = []
    below: dict[int, tuple[HtmlCell, int]] = {}
    """By column: the cell that reaches into the rows to come, and into how many."""
    for row in rows:
        places: list[HtmlCell] = []
        reaching: dict[int, tuple[HtmlCell, int]] = {}
        waiting = iter(row)
        while True:
            if len(places) in below:
                cell, more = below[len(places)]
                columns = 1
            else:
                following = next(waiting, None)
                if following is None:
                    break
                cell, columns, more = following, min(following.columns, _MOST_SPANNED), following.rows
            left -= columns
            if left < 0:
                return rows
            for _ in range(columns):
                if more > 1:
                    reaching[len(places)] = cell, more - 1
                places.append(cell)
        below = reaching
        spread.append(places)
    return spread


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
            self._begin_cell(at, tag, dict(attrs))
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
            self._in_head = self._in_head and tag != "thead"
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
        for table in self.tables:
            table.rows = _spread([row for row in table.rows if row])
            heads = [all(cell.head for cell in row) for row in table.rows]
            table.headers = heads.index(False) if False in heads else min(len(heads), 1)

    def _begin_cell(self, at: int, tag: str, attributes: dict[str, str | None]) -> None:
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        columns, rows = (_spanned(attributes.get(name)) for name in ("colspan", "rowspan"))
        start = at + len(self.get_starttag_text() or "")
        self._cell = HtmlCell(start, self._in_head or tag == "th", columns, rows)
        table.rows[-1].append(self._cell)

    def _end_cell(self, at: int) -> None:
        if self._cell:
            self._cell.end = max(at, self._cell.start)
            self._cell = None

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column
