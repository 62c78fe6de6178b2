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
    places = []
    start = 0
    for cell in _split(row):
        text = cell.strip()
        first = start + len(cell) - len(cell.lstrip()) if text else start
        places.append((first, first + len(text)))
        start += len(cell) + 1
    if len(places) > 1 and _is_empty(places[0]):
        del places[0]
    if len(places) > 1 and _is_empty(places[-1]):
        del places[-1]
    return places


def delimiters(row: str) -> int:
    """How many cells the row has that stands between the header and the body; 0 for any other row."""
    if "|" not in row and ":" not in row:
        return 0
    places = cell_places(row)
    return len(places) if all(_DELIMITER.fullmatch(row, start, end) for start, end in places) else 0


def _split(row: str) -> list[str]:
    if "\\" not in row:
        return row.split("|")
    pipes = [match.start() for match in _PIPE.finditer(row) if match[0] == "|"]
    return [row[left + 1 : right] for left, right in pairwise([-1, *pipes, len(row)])]


def _is_empty(place: tuple[int, int]) -> bool:
    return place[0] == place[1]
