"""mistune's block parser, which also notes where each block starts and ends, and knows tables as GitHub does.

Every token gets ``start`` and ``end``: offsets in the text that its own state parses. A nested state parses what is
left of some lines after the marks of a list or quote were taken off; its tokens are a :class:`Tokens`, which keeps
that text.
"""

from __future__ import annotations

import re
from re import Match
from typing import Any, NamedTuple

from mistune.block_parser import BlockParser
from mistune.core import BlockState

from cardgen.inherit.markdown.pipe_rows import cell_places, delimiters
from cardgen.patterns import regex

START, END = "start", "end"

_DASHES = r":?+-++:?+[ \t]*+"
TABLE = rf"^ {{0,3}}(?! )[^\n]++\n {{0,3}}(?:\|[ \t]*+)?+{_DASHES}(?:\|[ \t]*+{_DASHES})*+\|?+[ \t]*+(?:\n|\Z)"
"""A line, and below it what may be a delimiter row (GitHub Flavored Markdown 4.10)."""
_TABLE_TAG = regex(r"<(/?)table(?=[\s>/])", re.IGNORECASE)
_VERBATIM = regex(r"<(?:[!?]|/?(?:pre|script|style|textarea)\b)", re.IGNORECASE)
_ROW_ENDS = ["fenced_code", "indent_code", "atx_heading", "thematic_break", "block_quote", "list", "block_html"]


class Tokens(list[dict[str, Any]]):
    """The tokens of one state."""

    text: str = ""


class PlacedState(BlockState):
    """Notes where tokens start and end."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.tokens: list[dict[str, Any]] = Tokens()
        self.rules_begun: list[int] = []
        """Where the rules that are at work now have matched."""
        self.unclosed_table = False
        """Whether an HTML table was met that nothing closes."""

    def process(self, src: str) -> None:
        """Set the text to parse."""
        super().process(src)
        if isinstance(self.tokens, Tokens):
            self.tokens.text = src

    def append_token(self, token: dict[str, Any]) -> None:
        """Add a token of the rule that is at work."""
        token.setdefault(START, self.rules_begun[-1] if self.rules_begun else self.cursor)
        super().append_token(token)

    def prepend_token(self, token: dict[str, Any]) -> None:
        """Add a token before the one of the rule that broke it off."""
        if self.rules_begun:
            token.setdefault(START, self.rules_begun[-1])
        super().prepend_token(token)

    def add_paragraph(self, text: str) -> None:
        """Add the text at the cursor to the paragraph before it, or make one."""
        super().add_paragraph(text)
        token = self.tokens[-1]
        token.setdefault(START, self.cursor)
        token[END] = self.cursor + len(text)

    def append_paragraph(self) -> int | None:
        """Add the line at the cursor to the paragraph that ends there; ``None`` where none does."""
        # While a list or quote is read, the last token may be a paragraph that stands before it.
        if self.tokens and self.tokens[-1].get(END) != self.cursor:
            return None
        end = super().append_paragraph()
        if end is not None:
            self.tokens[-1][END] = end
        return end


class PlacedParser(BlockParser):
    """CommonMark's blocks, GitHub's tables, and HTML tables up to their end tag."""

    state_cls = PlacedState

    def __init__(self) -> None:
        super().__init__()
        self.register("table", TABLE, _parse_table)
        for rules in (self.list_rules, self.block_quote_rules):
            self.insert_rule(rules, "table")

    def parse_method(self, m: Match[str], state: BlockState) -> int | None:
        """Apply the rule that matched; returns where it ends, ``None`` where it does not apply."""
        assert isinstance(state, PlacedState)
        known = len(state.tokens)
        state.rules_begun.append(m.start())
        assert m.lastgroup is not None
        end = self._methods[m.lastgroup](m, state)
        state.rules_begun.pop()
        if end:
            for token in state.tokens[known:]:
                token.setdefault(START, m.start())
            if len(state.tokens) > known or m.lastgroup == "setex_heading":
                state.tokens[-1].setdefault(END, end)
                if state.tokens[-1]["type"] == "heading":
                    state.tokens[-1][END] = end
        return end

    def parse_raw_html(self, m: Match[str], state: BlockState) -> int | None:
        """Take HTML up to the blank line that ends it, or to the end of a table that is open there."""
        assert isinstance(state, PlacedState)
        known = len(state.tokens)
        end = super().parse_raw_html(m, state)
        if end and len(state.tokens) > known and not _VERBATIM.match(m[0].strip()):
            end = _table_end(state, m.start(), end)
        return end


def parse_blocks(text: str) -> PlacedState:
    """The blocks of Markdown whose lines end with LF, with their places, and the links defined there."""
    state = PlacedState()
    state.process(text if text.endswith("\n") else text + "\n")
    _parser.parse(state)
    return state


class TableLines(NamedTuple):
    """Where the lines of a table are, in the text that its state parses."""

    rows: tuple[tuple[int, int], ...]
    """The header's, and those below the delimiter row."""
    delimiter: str
    end: int


def table_lines(block: BlockParser, match: Match[str], state: BlockState) -> TableLines | None:
    """The table that starts where ``TABLE`` has matched; ``None`` where none does."""
    header_end = _line_end(state.src, match.start())
    header = state.src[match.start() : header_end]
    delimiter_end = _line_end(state.src, header_end)
    delimiter = state.src[header_end:delimiter_end]
    columns = delimiters(delimiter)
    if not columns or not header.strip() or len(cell_places(header)) != columns:
        return None
    rows = [(match.start(), header_end)]
    ends = block.compile_sc(_ROW_ENDS)
    position = delimiter_end
    while position < state.cursor_max:
        end = _line_end(state.src, position)
        if not state.src[position:end].strip() or ends.match(state.src, position):
            break
        rows.append((position, end))
        position = end
    return TableLines(tuple(rows), delimiter, position)


def _parse_table(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    found = table_lines(block, match, state)
    if found is None:
        return None
    state.append_token({"type": "table", "rows": list(found.rows), END: found.end})
    return found.end


def _line_end(text: str, start: int) -> int:
    """Where the next line begins."""
    return text.find("\n", start) + 1 or len(text)


def _table_end(state: PlacedState, start: int, end: int) -> int:
    """Where the line ends that closes the tables open at ``end``; ``end`` where none is, or nothing closes them."""
    depth = sum(-1 if tag[1] else 1 for tag in _TABLE_TAG.finditer(state.src, start, end))
    if depth <= 0 or state.unclosed_table:
        return end
    for tag in _TABLE_TAG.finditer(state.src, end):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return _line_end(state.src, tag.end())
    state.unclosed_table = True
    return end


_parser = PlacedParser()
