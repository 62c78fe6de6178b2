"""A card taken apart into front matter and sections, of which no character is lost."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import yaml

from cardgen.inherit.document import Block, Heading
from cardgen.inherit.front_matter import read_front_matter
from cardgen.inherit.markdown.blocks import read_blocks
from cardgen.inherit.markdown.passage import Passage
from cardgen.publish.merge.model import Line, Lines, Part, lines_of

_PREAMBLE = "the text before the first heading"


class UnmergeableError(Exception):
    """A card has no parts that could be merged; the message says why, and ``line`` where."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


@dataclass(frozen=True)
class Pieces:
    """A card, taken apart."""

    opening: Lines
    """The ``---`` line, and what stands before it; empty without front matter."""
    keys: tuple[Part, ...]
    data: Mapping[str, Any]
    closing: Lines
    """Comments behind the last key, the ``---`` line, and blank lines."""
    sections: tuple[Part, ...]
    blocks: tuple[tuple[Block, int, int], ...]
    """Every block of the body, with the 0-based lines of the file that it starts on and ends before."""


def take_apart(text: str) -> Pieces:
    """The pieces of a card.

    Raises:
        UnmergeableError: where its front matter cannot be read key by key, or there are two.
    """
    lines = lines_of(text)
    plain = "".join(line + "\n" if line.end else line for line in lines)
    front, body = read_front_matter(Passage.whole(plain))
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    first = bisect_right(starts, body) - 1
    keys: tuple[Part, ...] = ()
    opening: Lines = ()
    closing: Lines = ()
    if front is None:
        first = 0
    else:
        if front.error:
            raise UnmergeableError(f"the front matter cannot be read: {front.error}", 1)
        opened = plain.count("\n", 0, front.span.start) + 1
        closed = plain.count("\n", 0, front.span.end - 1)
        opening = lines[:opened]
        keys, tail = _keys(lines[opened:closed], opened + 1)
        first = max(first, closed + 1)
        while first < len(lines) and not lines[first].strip():
            first += 1
        closing = (*tail, *lines[closed:first])
        second, _ = read_front_matter(Passage.whole(plain[starts[first] :]))
        if second is not None and second.data:
            raise UnmergeableError("there are two front matters, of which the Hub reads the first", first + 1)
    found = read_blocks(Passage.whole(plain), min(max(body, starts[first]), len(plain)))
    blocks = tuple(
        (block, bisect_right(starts, block.span.start) - 1, bisect_right(starts, max(block.span.end - 1, 0)))
        for block in found
    )
    return Pieces(opening, keys, front.data if front else {}, closing, tuple(_sections(lines, blocks, first)), blocks)


def _sections(lines: Lines, blocks: tuple[tuple[Block, int, int], ...], first: int) -> Iterator[Part]:
    heads = [(block, at) for block, at, _end in blocks if isinstance(block, Heading)]
    starts = [at for _heading, at in heads]
    if first < (starts[0] if starts else len(lines)):
        yield _part((), _PREAMBLE, lines, first, starts[0] if starts else len(lines))
    above: list[Heading] = []
    for (heading, start), end in zip(heads, [*starts, len(lines)][1:], strict=True):
        above = [upper for upper in above if upper.level < heading.level]
        path = tuple(upper.title if upper.level > 1 else "" for upper in [*above, heading])
        yield _part(path, f"section `{heading.title}`", lines, start, end)
        above.append(heading)


def _part(path: tuple[str, ...], title: str, lines: Lines, start: int, end: int) -> Part:
    last = end
    while last > start and not lines[last - 1].strip():
        last -= 1
    return Part(path, title, lines[start:last], lines[last:end], start + 1)


def _keys(lines: tuple[Line, ...], first: int) -> tuple[tuple[Part, ...], Lines]:
    """Each key with the comments above it; and what stands behind the last.

    Args:
        lines: between the ``---`` lines.
        first: 1-based line of the file that they start on.
    """
    node = yaml.compose("".join(line + "\n" for line in lines), Loader=yaml.SafeLoader)
    if node is None:
        return (), lines
    named = [(str(key.value), key.start_mark.line, key.start_mark.column) for key, _value in node.value]
    if len({at for _name, at, _column in named}) < len(named) or any(column for _name, _at, column in named):
        raise UnmergeableError("the keys of the front matter do not stand on lines of their own", first)
    twice = next((one for place, one in enumerate(named) if one[0] in [name for name, *_ in named[:place]]), None)
    if twice:
        raise UnmergeableError(f"the front matter gives `{twice[0]}` twice", first + twice[1])
    ends = []
    for end in [*(at for _name, at, _column in named[1:]), len(lines)]:
        while end and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
            end -= 1  # noqa: PLW2901 - comments belong to what they stand above
        ends.append(end)
    begins = [0, *ends[:-1]]
    parts = tuple(
        Part((name,), f"key `{name}`", lines[begin:end], (), first + begin)
        for (name, _at, _column), begin, end in zip(named, begins, ends, strict=True)
    )
    return parts, lines[ends[-1] :]
