"""What in a person's Markdown would change the card around it: a second title, or what hides the sections below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, MutableMapping
from functools import lru_cache
from html.parser import HTMLParser
from re import Match
from typing import Any, NamedTuple

from mistune.block_parser import BlockParser
from mistune.core import BlockState
from mistune.helpers import PRE_TAGS
from mistune.inline_parser import InlineParser

from cardgen.patterns import regex

_HIDING_WORDS = """
details dialog iframe noembed noframes noscript object plaintext pre script select style svg template textarea title
video xmp
"""
_HIDING = frozenset(_HIDING_WORDS.split())
"""Elements that take in what follows until they are closed, and show it otherwise or not at all."""
_BELOW = "\N{WHITE SQUARE}"
"""Stands for the card below the text."""
_ENDS_VERBATIM = regex(rf"</(?:{'|'.join(PRE_TAGS)})>", re.IGNORECASE)
_OPENED = {
    "<!--": ("a comment", "-->"),
    "<![CDATA[": ("CDATA", "]]>"),
    "<?": ("an instruction", "?>"),
    "<!": ("a declaration", ">"),
}
_MARKED = regex(r"<|`{3}|~{3}|\]:|^ {0,3}(?:#(?=[ \t]|$)|-*=)", re.MULTILINE)
"""What is in every text that changes the card around it, and in few others."""
_HIGH = regex(r"^ {0,3}(?:#{1,2}(?=[ \t]|$)|[=-]+[ \t]*$)", re.MULTILINE)
"""What is in every text with headings of the first two levels."""
_FENCE = regex(r"[ \t]*(`+|~+)")
_VERBATIM = regex(r"<(\w+)")


class ProseFault(NamedTuple):
    """What would change the card around a text."""

    message: str
    remedy: str
    ending: str | None = None
    """What closes, on lines below the text, what it leaves open; ``None`` where a heading is what is wrong."""


def prose_fault(text: str) -> ProseFault | None:
    """What is wrong with a text that is put between the sections of a card; ``None``: nothing.

    It is read as CommonMark is: what stands in code or comments, in lists and quotes, is what it is there.
    """
    text = _with_line_feeds(text)
    if not _MARKED.search(text):
        return None
    told, env = _with_card_below(text.rstrip("\n"))
    if title := next((token for token in told if _level(token) == 1), None):
        return _second_title(_line(text, title["at"]))
    if told[-1].get("text", "").strip() != _BELOW:
        return _unclosed(text, told[-1])
    tags = _Tags(text)
    for token in told:
        for html in _html(token, env):
            tags.take(html, token.get("at", 0))
    return tags.fault()


def high_headings(text: str) -> tuple[int, ...]:
    """Where headings of the first two levels begin, those in lists and quotes aside.

    Args:
        text: with lines that end with LF.
    """
    if not _HIGH.search(text):
        return ()
    told, _env = _with_card_below(text.rstrip("\n"))
    return tuple(token["at"] for token in told if 1 <= _level(token) <= 2)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@lru_cache(maxsize=4)
def _with_card_below(text: str) -> tuple[tuple[dict[str, Any], ...], MutableMapping[str, Any]]:
    """The blocks of a text and of what stands below it, and the links defined there.

    They are kept, for import asks of one text again and again.
    """
    state = _State()
    state.process(f"{text}\n\n{_BELOW}\n")
    _blocks.parse(state)
    return tuple(token for token in state.tokens if token["type"] != "blank_line"), state.env


class _State(BlockState):
    def add_paragraph(self, text: str) -> None:
        super().add_paragraph(text)
        self.tokens[-1].setdefault("at", self.cursor)


class _Blocks(BlockParser):
    """CommonMark's blocks, each with the offset at which it begins."""

    state_cls = _State

    def parse_method(self, m: Match[str], state: BlockState) -> int | None:
        known = len(state.tokens)
        end = super().parse_method(m, state)
        for token in state.tokens[known:]:
            token.setdefault("at", m.start())
        if m.lastgroup == "setex_heading" and end:
            state.tokens[-1].setdefault("at", m.start())
        return end

    def parse_raw_html(self, m: Match[str], state: BlockState) -> int | None:
        """As CommonMark has it, where the end tag may be written in capitals too."""
        if m[0].strip()[1:].lower() not in PRE_TAGS:
            return super().parse_raw_html(m, state)
        closing = _ENDS_VERBATIM.search(state.src, m.end())
        end = (state.src.find("\n", closing.end()) + 1 or state.cursor_max) if closing else state.cursor_max
        state.append_token({"type": "block_html", "raw": state.src[m.start() : end]})
        return end


_blocks = _Blocks()
_inline = InlineParser()


def _level(token: dict[str, Any]) -> int:
    """Of a heading; 0 for anything else."""
    return int(token["attrs"]["level"]) if token["type"] == "heading" else 0


def _second_title(line: int) -> ProseFault:
    return ProseFault(f"has a level-1 heading on its line {line}, beside the card's title", "start with ### or lower")


def _unclosed(text: str, token: dict[str, Any]) -> ProseFault:
    """What the last block of a text is, which goes on below it."""
    line = _line(text, token["at"])
    written = text[token["at"] :].lstrip()
    if fence := _FENCE.match(written):
        mark = fence[1]
        message = f"opens a code fence, {mark}, on its line {line} and does not close it"
        return ProseFault(message, f"end the code with a line {mark}", mark)
    for opening in _OPENED:
        if written.startswith(opening):
            return _open_part(opening, line)
    tag = _VERBATIM.match(written)
    return _open_element(tag[1].lower() if tag else "element", line)


def _open_part(opening: str, line: int) -> ProseFault:
    what, closing = _OPENED[opening]
    message = f"opens {what}, {opening}, on its line {line} and does not close it"
    return ProseFault(message, f"write {closing} after it", closing)


def _open_element(tag: str, line: int, *, times: int = 1) -> ProseFault:
    message = f"opens <{tag}> on its line {line} and does not close it"
    ending = "\n".join([f"</{tag}>"] * times)
    return ProseFault(message, f"write </{tag}> after it, or `<{tag}>` where it is no HTML", ending)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _html(token: dict[str, Any], env: MutableMapping[str, Any]) -> Iterator[str]:
    """The HTML in a block, in order."""
    if token["type"] in ("block_html", "inline_html"):
        yield token["raw"]
    children: Iterable[dict[str, Any]] = token.get("children", ())
    if "<" in token.get("text", ""):
        children = _inline(token["text"].strip(), env)
    for child in children:
        yield from _html(child, env)


class _Tags(HTMLParser):
    """The elements that pieces of HTML open and do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._lower = text.lower()
        self._at = 0
        self._open: list[tuple[str, int]] = []
        self._times: Counter[str] = Counter()
        self._title: int | None = None

    def take(self, html: str, at: int) -> None:
        """Read a piece, which stands at an offset of the text or behind it."""
        self._at = max(self._at, at)
        self.feed(html)

    def fault(self) -> ProseFault | None:
        """What is wrong, once all is read."""
        if self._title is not None:
            return _second_title(_line(self._text, self._title))
        if self._open:
            tag, offset = self._open[0]
            return _open_element(tag, _line(self._text, offset), times=self._times[tag])
        if self.rawdata.startswith("<!--"):
            return _open_part("<!--", _line(self._text, self._text.rfind("<!--")))
        return None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HIDING and tag != "h1":
            return
        found = self._lower.find(f"<{tag}", self._at)
        self._at = found + 1 if found >= 0 else self._at
        if tag != "h1":
            self._open.append((tag, self._at))
            self._times[tag] += 1
        elif self._title is None:
            self._title = self._at

    def handle_endtag(self, tag: str) -> None:
        left = self._times[tag] - 1
        while self._times[tag] > left >= 0:
            self._times[self._open.pop()[0]] -= 1
