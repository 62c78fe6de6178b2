"""mistune's tokens to the blocks of a document, each with its place in the source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, MutableMapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from cardgen.inherit.document import Block, Cell, CodeBlock, Heading, HtmlBlock, Paragraph, Span, Table
from cardgen.inherit.markdown.block_parser import END, START, Tokens, parse_blocks
from cardgen.inherit.markdown.passage import Passage
from cardgen.inherit.markdown.pipe_rows import cell_places
from cardgen.inherit.markdown.plain_text import plain
from cardgen.patterns import regex

if TYPE_CHECKING:
    from cardgen.inherit.markdown.html_tables import HtmlCell, HtmlTable

_MARKS = regex(r"(?:[\s>*+-]|\d{1,9}[.)])*")
_FENCE = regex(r"[^\n]*(?:\n|\Z)")


def read_blocks(passage: Passage, start: int) -> tuple[Block, ...]:
    """The blocks of a passage, whose lines end with LF, from ``start`` on."""
    state = parse_blocks(passage.text[start:])
    assert isinstance(state.tokens, Tokens)
    reader = _Reader(passage, start, state.env)
    return tuple(reader.blocks(state.tokens, _Text(state.tokens.text)))


class _Text(NamedTuple):
    """Text that a state parsed; nested, each of its lines is the end of a line of the text around it."""

    text: str
    starts: tuple[int, ...] = (0,)
    """Where its lines start."""
    shifts: tuple[int, ...] = (0,)
    """What to add to an offset in each line, for the offset in the body."""

    def offset(self, at: int) -> int:
        """An offset in the body, for one in this text."""
        return at + self.shifts[bisect_right(self.starts, at) - 1]


def _tables(html: str) -> list[HtmlTable]:
    if "<table" not in html.lower():
        return []
    from cardgen.inherit.markdown.html_tables import html_tables  # most cards have none

    return html_tables(html)


def _joined(rows: Sequence[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    """The headings of a table's columns, of several rows: ``Accuracy`` over ``INT8`` is ``Accuracy INT8``."""
    if len(rows) < 2:
        return rows[0] if rows else ()
    joined = []
    for column in range(max(map(len, rows))):
        cells = list(dict.fromkeys(row[column] for row in rows if column < len(row)))
        joined.append(cells[-1]._replace(text=" ".join(cell.text for cell in cells if cell.text)))
    return tuple(joined)


class _Reader:
    def __init__(self, passage: Passage, base: int, env: MutableMapping[str, Any]) -> None:
        self._passage = passage
        self._base = base
        self._env = env

    def blocks(self, tokens: Tokens, around: _Text, *, nested: bool = False) -> Iterator[Block]:
        # mistune puts a quote that another block breaks off behind the first of several new tokens.
        ordered = sorted(tokens, key=itemgetter(START)) if len(tokens) > 1 else tokens
        for number, token in enumerate(ordered, 1):
            kind = token["type"]
            if kind == "blank_line":
                continue
            start = token[START]
            end = token.get(END) or (ordered[number][START] if number < len(ordered) else len(around.text))
            if kind == "heading" and not nested:
                yield self._heading(token, around, start, end)
            elif kind in {"paragraph", "block_text", "heading"}:
                yield from self._paragraph(token, around, start, end)
            elif kind == "block_code" and (token["raw"].strip() or token["style"] != "indent"):
                yield self._code(token, around, start, end)
            elif kind == "table":
                yield self._table(token, around, start, end)
            elif kind == "block_html":
                yield from self._html(around, start, end)
            elif kind in {"list", "block_quote"}:
                yield from self._container(token, around, start, end)

    def _heading(self, token: dict[str, Any], around: _Text, start: int, end: int) -> Heading:
        return Heading(token["attrs"]["level"], self._plain(token["text"]), self._span(around, start, end))

    def _paragraph(self, token: dict[str, Any], around: _Text, start: int, end: int) -> Iterator[Paragraph]:
        markdown = token["text"].strip()
        if markdown:
            yield Paragraph(self._plain(markdown), markdown, self._span(around, start, end))

    def _code(self, token: dict[str, Any], around: _Text, start: int, end: int) -> CodeBlock:
        info = token.get("attrs", {}).get("info", "").split()
        span = self._span(around, start, end, blank_lines_only=True)
        code = token["raw"].removesuffix("\n")
        if token["style"] == "indent":
            lead = around.text[start:end]
            start += lead.rfind("\n", 0, len(lead) - len(lead.lstrip())) + 1
            return CodeBlock("", code, span, span, self._code_lines(around, start, code))
        first = _FENCE.match(around.text, start)
        code_start = min(first.end(), end) if first else end
        code_end = min(code_start + self._inside(around.text[code_start:end], token["marker"]), end)
        place = self._places(around, code_start, code_end)
        inner = Span(min(place.start, span.end), min(place.end, span.end))
        lines = self._code_lines(around, code_start, code)
        return CodeBlock(info[0].lower() if info else "", code, span, inner, lines)

    def _code_lines(self, around: _Text, start: int, code: str) -> tuple[tuple[int, int], ...]:
        """Where each line of the code starts; those of the text around it begin at ``start``."""
        places = []
        text, at = around.text, 0
        for line in code.split("\n"):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            written = text[start:end]
            if written == line:
                shown = start
            else:
                content = line.lstrip()
                lead = len(written.rstrip()) - len(content.rstrip())
                shown = start + max(lead - len(line) + len(content), 0)
            places.append((at, self._passage.place(self._base + around.offset(shown))))
            at += len(line) + 1
            start = min(end + 1, len(text))
        return tuple(places)

    @staticmethod
    def _inside(rest: str, marker: str) -> int:
        """Length of the code in what follows the first line of a fenced block."""
        body = rest.removesuffix("\n")
        last = body.rfind("\n") + 1
        line = body[last:].strip()
        closed = len(line) >= len(marker) and not line.strip(marker[0])
        return max(last - 1, 0) if closed else len(body)

    def _table(self, token: dict[str, Any], around: _Text, start: int, end: int) -> Table:
        rows = [tuple(self._cells(around, *row)) for row in token["rows"]]
        return Table(rows[0], tuple(rows[1:]), self._span(around, start, end))

    def _cells(self, around: _Text, start: int, end: int) -> Iterator[Cell]:
        row = around.text[start:end]
        places = cell_places(row)
        # A row is one line: what holds for its start holds for all of it.
        shift = self._base + around.offset(start)
        for first, last in places:
            markdown = row[first:last]
            text = self._plain(markdown.replace("\\|", "|") if "\\" in markdown else markdown)
            yield Cell(text, markdown, self._passage.span(shift + first, shift + last))

    def _html(self, around: _Text, start: int, end: int) -> Iterator[Block]:
        html = around.text[start:end]
        done = 0
        for table in _tables(html):
            yield from self._html_block(around, start + done, start + table.start)
            rows = [tuple(self._html_cell(around, start, cell) for cell in row) for row in table.rows]
            header = _joined(rows[: table.headers])
            rows = rows[table.headers :]
            span = self._span(around, start + table.start, start + table.end)
            yield Table(header, tuple(rows), span, html=True)
            done = table.end
        yield from self._html_block(around, start + done, end)

    def _html_block(self, around: _Text, start: int, end: int) -> Iterator[HtmlBlock]:
        html = around.text[start:end].strip()
        if html:
            yield HtmlBlock(html, self._span(around, start, end))

    def _html_cell(self, around: _Text, base: int, cell: HtmlCell) -> Cell:
        start, end = base + cell.start, base + cell.end
        return Cell(cell.text, around.text[start:end].strip(), self._span(around, start, end))

    def _container(self, token: dict[str, Any], around: _Text, start: int, end: int) -> Iterator[Block]:
        lines = _Lines(around, start, end)
        inner = [token] if token["type"] == "block_quote" else token["children"]
        for item in inner:
            tokens = item["children"]
            if isinstance(tokens, Tokens):
                yield from self.blocks(tokens, lines.inner(tokens.text), nested=True)

    def _plain(self, markdown: str) -> str:
        return plain(markdown.strip(), self._env)

    def _span(self, around: _Text, start: int, end: int, *, blank_lines_only: bool = False) -> Span:
        """The place of what stands between two offsets, without the space around it."""
        text = around.text[start:end]
        kept = len(text.rstrip())
        lead = len(text) - len(text.lstrip())
        if blank_lines_only:
            lead = text.rfind("\n", 0, lead) + 1
        return self._places(around, start + min(lead, kept), start + kept)

    def _places(self, around: _Text, start: int, end: int) -> Span:
        if len(around.starts) == 1:
            shift = self._base + around.shifts[0]
            return self._passage.span(start + shift, end + shift)
        first = self._base + around.offset(start)
        last = self._base + around.offset(end - 1) + 1 if end > start else first
        return self._passage.span(first, max(first, last))


class _Lines:
    """Hands out the lines of a list or quote to the texts that its items were parsed from."""

    def __init__(self, around: _Text, start: int, end: int) -> None:
        self._around = around
        self._position = start
        self._end = end

    def inner(self, text: str) -> _Text:
        """The text of the next item, with the places of its lines."""
        starts: list[int] = []
        shifts: list[int] = []
        position = 0
        for line in text.split("\n"):
            content = line.strip()
            starts.append(position)
            shifts.append(self._shift(line, content, position) if content else (shifts[-1] if shifts else 0))
            position += len(line) + 1
        return _Text(text, tuple(starts), tuple(shifts))

    def _shift(self, line: str, content: str, position: int) -> int:
        around = self._around
        while True:
            start = self._position
            stop = around.text.find("\n", start, self._end)
            stop = self._end if stop < 0 else stop
            outer = around.text[start:stop].rstrip()
            found = outer.endswith(content)
            if found or stop >= self._end or not _MARKS.fullmatch(outer):
                break
            self._position = stop + 1
        self._position = min(stop + 1, self._end)
        lead = len(line) - len(line.lstrip())
        at = start + (len(outer) - len(content) if found else 0)
        return around.offset(at) - (position + lead)
