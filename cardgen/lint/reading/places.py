"""Where things stand in a card: the values of its front matter, its title, its code and what is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cardgen.inherit.document import CodeBlock, Document, Heading, Section, Span
from cardgen.inherit.remembered import for_one_card
from cardgen.patterns import regex

_CODE_SPAN = regex(r"(`(?<!``)`{0,7})(?!`)[^`\r\n]{1,400}(?<!`)\1(?!`)")
"""It starts with a character, and looks behind only then, so that :mod:`re` can skip to the next one."""


def front_place(document: Document, *path: str | int) -> Span:
    """The place of a value in the front matter, else of what stands nearest above it, else the card's start."""
    front = document.front_matter
    if front is None:
        return Span(document.head.end, document.head.end)
    for length in range(len(path), 0, -1):
        place = front.places.get(path[:length])
        if place is not None:
            return place
    return Span(front.span.start, front.span.start)


def metadata_of(document: Document) -> Mapping[str, Any]:
    """The front matter's values; empty where there are none that can be read."""
    return document.front_matter.data if document.front_matter else {}


def listed(document: Document, key: str) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """The values of a key that may hold one or a list of them, each with its path."""
    value = metadata_of(document).get(key)
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield item, (key, index)
    elif value is not None:
        yield value, (key,)


@for_one_card
def title_of(document: Document) -> Heading | None:
    """The card's title: its first level-1 heading, else its first heading."""
    headings = [section.heading for section in document.sections if section.heading]
    return next((heading for heading in headings if heading.level == 1), headings[0] if headings else None)


@for_one_card
def code_blocks(document: Document) -> tuple[tuple[CodeBlock, Section], ...]:
    """Every block of code, with the section that it stands in."""
    return tuple(
        (block, section) for section in document.sections for block in section.blocks if isinstance(block, CodeBlock)
    )


class Stretch(NamedTuple):
    """A part of the source that a reader sees as text."""

    start: int
    text: str


@for_one_card
def visible_stretches(document: Document, *, front_matter: bool = False, comments: bool = False) -> tuple[Stretch, ...]:
    """The source without blocks of code; what stands in code spans is blanked, so that offsets hold.

    Args:
        document: the card.
        front_matter: whether to give what stands before the body too.
        comments: whether to give HTML comments too.
    """
    stretches: list[Stretch] = []
    holes = sorted(block.span for block, _section in code_blocks(document))
    start = 0 if front_matter else document.head.end
    for hole in [*holes, Span(len(document.source), len(document.source))]:
        if hole.start > start:
            text = document.source[start : hole.start]
            text = text if comments else _without_comments(text)
            stretches.append(Stretch(start, _CODE_SPAN.sub(_blank, text)))
        start = max(start, hole.end)
    return tuple(stretches)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _without_comments(text: str) -> str:
    parts: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[position:start], " " * (end + 3 - start)]
        position = end + 3
    return "".join([*parts, text[position:]])
