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
    return _shown(markdown, env) if env.get("ref_links") else _shown_alone(markdown)


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
