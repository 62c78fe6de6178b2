"""A card taken apart: front matter, sections and blocks, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from cardgen.errors import UsageError, shown
from cardgen.inherit.document import Block, Document, Heading, Section, Span
from cardgen.inherit.front_matter import read_front_matter
from cardgen.inherit.markdown.blocks import read_blocks
from cardgen.inherit.markdown.passage import Passage
from cardgen.inherit.repair.chrome import without_chrome
from cardgen.reading import CARD_BYTES, read_bytes

Form = Literal["plain", "chrome", "collapsed"]


def read_card(path: Path) -> str:
    """The text of a card, its line ends and byte-order mark as they are.

    Raises:
        UsageError: there is no such file, or it is a folder, holds nothing or is not UTF-8.
    """
    try:
        content = read_bytes(path, CARD_BYTES)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {shown(path)}", remedy="Name a card, such as README.md.") from error
    except IsADirectoryError as error:
        remedy = f"Name the card in it, such as {shown(path / 'README.md')}."
        raise UsageError(f"{shown(path)} is a folder", remedy=remedy) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{shown(path)} cannot be read: {reason}", remedy="Check its name and permissions.") from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"{shown(path)} is not UTF-8: byte {error.start + 1}, on line {line}, is 0x{content[error.start]:02X}"
        raise UsageError(message, remedy="Save it as UTF-8; Markdown on the Hub is always that.") from error
    if not text.strip("\ufeff\0 \t\r\n"):
        raise UsageError(f"{shown(path)} is empty", remedy="Name a card that says something.")
    return text


@lru_cache(maxsize=4)
def parse_card(source: str) -> Document:
    """The parts of a card, with their places; any text is a card.

    Kept for the last few cards: their facts, lint, import, a diff of two and what is published all ask for it.
    """
    passage, form = markdown_of(source)
    front_matter, body = read_front_matter(passage)
    blocks = read_blocks(passage, body)
    first = len(passage.text) - len(passage.text[body:].lstrip())
    begin = passage.place(passage.text.rfind("\n", body, first) + 1 or body) if first < len(passage.text) else None
    start = len(source) if begin is None else begin
    if front_matter:
        start = max(start, front_matter.span.end)
    return Document(
        source,
        source if form == "plain" else passage.text,
        form,
        Span(0, start),
        front_matter,
        _sections(source, blocks, Span(start, len(source))),
    )


def markdown_of(source: str) -> tuple[Passage, Form]:
    """The Markdown of a card without page chrome and in lines, which knows its places in the source."""
    lines = Passage.whole(source).with_line_feeds()
    if "\n" not in lines.text.strip("\ufeff \t\n"):
        from cardgen.inherit.repair.reflow import reflowed  # hardly any card is one line

        if collapsed := reflowed(lines):
            return collapsed, "collapsed"
    cleaned = without_chrome(lines)
    return (cleaned, "chrome") if cleaned else (lines, "plain")


def _sections(source: str, blocks: Sequence[Block], body: Span) -> tuple[Section, ...]:
    heads = [index for index, block in enumerate(blocks) if isinstance(block, Heading)]
    starts = [max(_line_start(source, blocks[index].span.start), body.start) for index in heads]
    ends = [*starts, body.end][1:]
    sections: list[Section] = []
    above: list[Heading] = []
    parents: tuple[str, ...] = ()
    first = starts[0] if starts else body.end
    if first > body.start:
        sections.append(Section(None, Span(body.start, first), tuple(blocks[: heads[0] if heads else None])))
    for index, following, start, end in zip(heads, [*heads, None][1:], starts, ends, strict=True):
        heading = blocks[index]
        assert isinstance(heading, Heading)
        if above and above[-1].level >= heading.level:
            while above and above[-1].level >= heading.level:
                above.pop()
            parents = tuple(upper.title for upper in above)
        elif above:
            parents = (*parents, above[-1].title)
        sections.append(Section(heading, Span(start, end), tuple(blocks[index + 1 : following]), parents))
        above.append(heading)
    return tuple(sections)


def _line_start(source: str, at: int) -> int:
    """Where the spaces begin that stand before a heading on its line; ``at`` where something else stands there."""
    start = at
    while start and source[start - 1] in " \t":
        start -= 1
    return start if not start or source[start - 1] in "\r\n" else at
