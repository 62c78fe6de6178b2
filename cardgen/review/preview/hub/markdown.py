"""A card's Markdown to HTML, as GitHub Flavored Markdown; what comes of it is not trusted yet."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from re import Match
from typing import Any

from mistune import BlockParser, HTMLRenderer, Markdown
from mistune.core import BlockState
from mistune.plugins.footnotes import footnotes
from mistune.plugins.formatting import strikethrough
from mistune.plugins.table import render_table, render_table_body, render_table_head, render_table_row
from mistune.plugins.task_lists import task_lists
from mistune.plugins.url import url

from cardgen.inherit.markdown.block_parser import TABLE, table_lines
from cardgen.inherit.markdown.pipe_rows import cell_places
from cardgen.inherit.markdown.plain_text import plain
from cardgen.patterns import regex

_NOT_IN_AN_ANCHOR = regex(r"[^\w\- ]")
_ALERT = regex(r"\A<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*", re.IGNORECASE)
_ALIGNMENTS = {(True, True): "center", (True, False): "left", (False, True): "right", (False, False): None}


class _Renderer(HTMLRenderer):
    def __init__(self) -> None:
        # Which addresses are harmless is for the sanitiser to say, which reads them as browsers do.
        super().__init__(escape=False, allow_harmful_protocols=True)

    def block_quote(self, text: str) -> str:
        """A quote; one that begins as an alert does, with its kind for a title."""
        return super().block_quote(_ALERT.sub(lambda found: f"<p><strong>{found[1].capitalize()}</strong><br>", text))

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """A cell, aligned without a style, which the pages do not allow."""
        tag = "th" if head else "td"
        return f"<{tag}{self.render_attrs({'align': align})}>{text}</{tag}>\n"


def markdown_html(text: str) -> str:
    """The HTML of Markdown whose lines end with LF: raw HTML in it is passed on."""
    made = _markdown()(text)
    assert isinstance(made, str)
    return made


@functools.cache
def _markdown() -> Markdown:
    renderer = _Renderer()
    for name, render in (
        ("table", render_table),
        ("table_head", render_table_head),
        ("table_body", render_table_body),
        ("table_row", render_table_row),
    ):
        renderer.register(name, render)
    markdown = Markdown(renderer, plugins=[strikethrough, task_lists, footnotes, url])
    markdown.block.register("table", TABLE, _parse_table, before="paragraph")
    for rules in (markdown.block.list_rules, markdown.block.block_quote_rules):
        markdown.block.insert_rule(rules, "table", before="paragraph")
    markdown.before_render_hooks.append(_name_headings)
    return markdown


def _parse_table(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    found = table_lines(block, match, state)
    if found is None:
        return None
    lines = [state.src[start:end].strip() for start, end in found.rows]
    delimiters = _cells(found.delimiter.strip())
    aligns = [_ALIGNMENTS[cell.startswith(":"), cell.endswith(":")] for cell in delimiters]
    head = {"type": "table_head", "children": _row(lines[0], aligns, head=True)}
    rows = [{"type": "table_row", "children": _row(line, aligns, head=False)} for line in lines[1:]]
    body = [{"type": "table_body", "children": rows}] if rows else []
    state.append_token({"type": "table", "children": [head, *body]})
    return found.end


def _row(line: str, aligns: Sequence[str | None], *, head: bool) -> list[dict[str, Any]]:
    """As many cells as there are columns: what is too much is left out, what is missing is empty."""
    cells = [*_cells(line)[: len(aligns)]]
    cells += [""] * (len(aligns) - len(cells))
    return [
        {"type": "table_cell", "text": text.replace(r"\|", "|"), "attrs": {"align": align, "head": head}}
        for text, align in zip(cells, aligns, strict=True)
    ]


def _cells(line: str) -> list[str]:
    return [line[start:end] for start, end in cell_places(line)]


def _name_headings(_markdown: Markdown, state: BlockState) -> None:
    """Give headings the anchors that the Hub gives them: ``How to use`` is ``#how-to-use``, a second one ``-1``."""
    seen: Counter[str] = Counter()
    for token in state.tokens:
        if token["type"] != "heading":
            continue
        anchor = re.sub(r"\s", "-", _NOT_IN_AN_ANCHOR.sub("", plain(token["text"], state.env).lower()).strip())
        if anchor:
            again = f"-{seen[anchor]}" if seen[anchor] else ""
            token.setdefault("attrs", {})["id"] = f"{anchor}{again}"
            seen[anchor] += 1
