"""The YAML block at the head of a card."""

from __future__ import annotations

import re

from cardgen.inherit.card_yaml import CardYamlError, read_card_yaml
from cardgen.inherit.document import FrontMatter
from cardgen.inherit.markdown.passage import Passage
from cardgen.patterns import regex

_OPEN = regex(r"\ufeff?(?:[ \t]*\n)*---[ \t]*\n")
_CLOSE = regex(r"^---[ \t]*$", re.MULTILINE)
_KEY = r"""["']?[\w.$-]+["']?[ \t]*:(?=[ \t\n]|\Z)"""
_STARTS_AS_YAML = regex(rf"(?:[ \t]*(?:#[^\n]*)?\n)*(?:{_KEY}|-[ \t]|[{{\[]|\Z)")
_STARTS_WITH_KEY = regex(_KEY)
_BODY = regex(r"^(?:[ \t]*\n|#{1,6}[ \t]|```|\|)", re.MULTILINE)


def read_front_matter(passage: Passage) -> tuple[FrontMatter | None, int]:
    """The front matter of a passage whose lines end with LF, and the offset at which the body begins.

    A first line ``---`` that no YAML follows is a thematic break. Where nothing closes the block, it ends before the
    first line that is blank or clearly Markdown.
    """
    text = passage.text
    opening = _OPEN.match(text)
    body = 1 if text.startswith("\ufeff") else 0
    if not opening:
        return None, body
    lead, start = text.index("---"), opening.end()
    closing = _CLOSE.search(text, start)
    if closing:
        inside = text[start : closing.start()]
        if not _STARTS_AS_YAML.match(inside):
            return None, body
        return _read(passage, lead, start, closing), min(closing.end() + 1, len(text))
    if not _STARTS_WITH_KEY.match(text, start):
        return None, body
    begun = _BODY.search(text, start)
    end = begun.start() if begun else len(text)
    inside = text[start:end].removesuffix("\n")
    span = passage.span(lead, start + len(inside))
    return FrontMatter(span, inside, {}, {}, "it is opened by `---` and never closed"), end


def _read(passage: Passage, lead: int, start: int, closing: re.Match[str]) -> FrontMatter:
    inside = passage.text[start : closing.start()].removesuffix("\n")
    span = passage.span(lead, closing.start() + 3)
    try:
        data, places = read_card_yaml(inside)
    except CardYamlError as error:
        return FrontMatter(span, inside, {}, {}, str(error))
    spans = {path: passage.span(start + first, start + last) for path, (first, last) in places.items()}
    return FrontMatter(span, inside, data, spans)
