"""Inline Markdown to the text that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping
from functools import lru_cache
from html import unescape
from typing import Any

import mistune
from mistune.plugins.formatting import strikethrough

from cardgen.patterns import regex

_MARKUP = regex(r"[\\`*_\[\]<>&~!]")
_TEXT = r"[^\\`*_\[\]<&~!]++|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])"


def _emphasis(mark: str) -> str:
    """What one mark surely emphasizes: between spaces, and with words at both of its ends."""
    mark = re.escape(mark)
    begin = rf"(?<![^\s(]){mark}(?=[A-Za-z0-9])"
    end = rf"(?<=[\w.:,;)%]){mark}(?:(?=\s|\Z)|(?<=[A-Za-z0-9]{mark})(?=[.,;:)]))"
    return rf"{begin}(?:{_TEXT})++{end}"


_CODE = r"`(?<!``)(?!`)[^`]++`(?!`)"
_LINK = rf"!?\[(?:{_TEXT})++\]\([A-Za-z0-9_./:?=#%,+@-]++\)"
_EASY = "|".join((_CODE, *map(_emphasis, ("*", "**", "***", "_", "__", "___")), _LINK))
_EASY_MARKUP = regex(_EASY)
_EASY_TEXT = regex(rf"(?:{_TEXT}|!(?!\[)|(?<=\s)[*&](?=\s)|<(?=[\s\d=])|{_EASY})*+")
"""Text of which no mark can be read in two ways: such as most of a card's is read twenty times as fast."""
_BREAK = regex(r"<br\b|</?(?:p|div|li|td|th|tr)\b", re.IGNORECASE)

_inline = mistune.create_markdown(renderer=None, plugins=[strikethrough]).inline


def plain(markdown: str, env: MutableMapping[str, Any]) -> str:
    """The text of inline Markdown on one line; code spans, links and images keep their text.

    Args:
        markdown: text of a paragraph, heading or cell.
        env: mistune's, with the card's link definitions.
    """
    if not _MARKUP.search(markdown):
        return " ".join(markdown.split())
    if _EASY_TEXT.fullmatch(markdown):
        return " ".join(_EASY_MARKUP.sub(_easily_shown, markdown).split())
    return _shown(markdown, env) if env.get("ref_links") else _shown_alone(markdown)


def _easily_shown(match: re.Match[str]) -> str:
    """What is shown of a piece of code, an emphasized text or a link."""
    text = match[0]
    if text[0] == "`":
        code = text[1:-1].replace("\n", " ")
        return code[1:-1] if code.strip(" ") and code[0] == code[-1] == " " else code
    if text[0] in "*_":
        return text.strip(text[0])
    return text[text.index("[") + 1 : text.index("](")]


@lru_cache(maxsize=2048)
def _shown_alone(markdown: str) -> str:
    """Without link definitions: cells repeat within a card, and a template's sentences in one card after another."""
    return _shown(markdown, {})


def _shown(markdown: str, env: MutableMapping[str, Any]) -> str:
    parts: list[str] = []
    _collect(_inline(markdown, env), parts)
    return " ".join("".join(parts).split())


def _collect(tokens: Iterable[dict[str, Any]], parts: list[str]) -> None:
    for token in tokens:
        kind = token["type"]
        if "children" in token:
            _collect(token["children"], parts)
        elif kind == "text":
            parts.append(unescape(token["raw"]))
        elif kind in {"softbreak", "linebreak"}:
            parts.append(" ")
        elif kind == "inline_html":
            parts.append(" " if _BREAK.match(token["raw"]) else "")
        else:
            parts.append(token.get("raw", ""))
