"""Clean HTML → its passages, and the words, pictures and tags that each is made of."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from typing import Literal

from cardgen.patterns import regex

_SPACE = regex(r"(\s+)")
_EMPTY = frozenset({"br", "col", "hr", "img", "input", "wbr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STRUCTURE = frozenset({"caption", "dd", "dt", "li", "p", "pre", "td", "th", "tr"}) | _HEADINGS


@dataclass(frozen=True)
class Token:
    """A part of HTML that is passed on whole."""

    kind: Literal["word", "picture", "space", "tag"]
    html: str
    key: Hashable = None
    """What it is held against others by; ``None`` for what makes no difference, such as the tags of bold words."""


@dataclass(frozen=True)
class Passage:
    """What stands for itself in a text: a paragraph, a list, a table."""

    tokens: tuple[Token, ...]
    heading: bool

    @cached_property
    def keys(self) -> tuple[Hashable, ...]:
        """By which it is held against others."""
        return tuple(token.key for token in self.tokens if token.key is not None)

    @cached_property
    def key_set(self) -> frozenset[Hashable]:
        """Each key once."""
        return frozenset(self.keys)

    @property
    def html(self) -> str:
        """As it was."""
        return "".join(token.html for token in self.tokens)


def passages(html: str) -> tuple[Passage, ...]:
    """The passages of HTML in which every element is closed, as :mod:`..hub.harmless` gives it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    return tuple(reader.found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Passage] = []
        self._tokens: list[Token] = []
        self._text = ""
        self._open: list[str] = []
        self._root = ""
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_text()
        if not self._open and tag not in ("a", "b", "code", "em", "i", "span", "strong"):
            self.end_passage()
            self._root = tag
        given = dict(attrs)
        html = self.get_starttag_text() or ""
        if tag in ("img", "input"):
            self._tokens.append(Token("picture", html, (tag, *sorted(given.items()))))
        else:
            self._tokens.append(Token("tag", html, f"<{tag}>" if tag in _STRUCTURE else None))
        if tag in _EMPTY:
            return
        self._open.append(tag)
        if tag == "a":
            self._links.append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._end_text()
        self._tokens.append(Token("tag", f"</{tag}>"))
        if self._open:
            self._open.pop()
        if tag == "a" and self._links:
            self._links.pop()
        if not self._open and self._root == tag:
            self.end_passage()

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_entityref(self, name: str) -> None:
        self._text += f"&{name};"

    def handle_charref(self, name: str) -> None:
        self._text += f"&#{name};"

    def end_passage(self) -> None:
        """What comes next is another passage."""
        self._end_text()
        if any(token.kind != "space" for token in self._tokens):
            self.found.append(Passage(tuple(self._tokens), heading=self._root in _HEADINGS))
        self._tokens, self._root = [], ""

    def _end_text(self) -> None:
        link = self._links[-1] if self._links else ""
        for part in _SPACE.split(self._text):
            if part:
                self._tokens.append(Token("space", part) if part.isspace() else Token("word", part, (part, link)))
        self._text = ""
