"""Rows of pipe tables (GitHub Flavored Markdown 4.10)."""

from __future__ import annotations

import re
from itertools import pairwise

from cardgen.patterns import regex

_PIPE = regex(r"\\.|\|", re.DOTALL)
_DELIMITER = regex(r":?-+:?")


def cell_places(row: str) -> list[tuple[int, int]]:
    """Where the text of each cell starts and ends, without the space around it.

    A pipe ends a cell, also inside a code span, unless a backslash stands before it.
    """
    pipes = [match.start() for match in _PIPE.finditer(row) if match[0] == "|"]
    if not pipes:
        return [_trimmed(row, 0, len(row))]
    edges = [-1, *pipes, len(row)]
    if not row[: pipes[0]].strip():
        edges = edges[1:]
    if len(edges) > 2 and not row[pipes[-1] + 1 :].strip():
        edges = edges[:-1]
    return [_trimmed(row, left + 1, right) for left, right in pairwise(edges)]


def column_count(row: str) -> int:
    """How many cells a row has."""
    return len(cell_places(row))


def is_delimiter_row(row: str) -> bool:
    """Whether a row is the one that stands between the header and the body."""
    return ("|" in row or ":" in row) and all(_DELIMITER.fullmatch(row, start, end) for start, end in cell_places(row))


def _trimmed(row: str, start: int, end: int) -> tuple[int, int]:
    cell = row[start:end]
    text = cell.strip()
    if not text:
        return start, start
    first = start + len(cell) - len(cell.lstrip())
    return first, first + len(text)
