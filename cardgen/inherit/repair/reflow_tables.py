"""Pipe tables whose rows stand one after another on a single line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from cardgen.patterns import regex

_CELL = r"[ \t]*+(?::?-{3,}+:?|:-++:?|-++:)[ \t]*+\|"
_DELIMITER = regex(rf"\|(?:{_CELL})++")
"""Three dashes or a colon: a cell ``-`` alone would also be what authors write for "none"."""
_PIPE = regex(r"\\.|\|")

Row = tuple[int, int]


def count_delimiters(text: str) -> int:
    """How many delimiter rows there may be."""
    return len(_DELIMITER.findall(text))


def find_tables(text: str, start: int, end: int) -> list[list[Row]]:
    """The tables between two offsets, each as the places of its rows: header, delimiter row, body.

    A delimiter row tells how many columns there are, and so where the header before it begins; rows follow until
    something else stands there, or the header of the next table.
    """
    pipes = [match.start() for match in _PIPE.finditer(text, start, end) if match[0] == "|"]
    headers = list(_headers(text, pipes, start, end))
    tables: list[list[Row]] = []
    for index, (header, columns) in enumerate(headers):
        limit = headers[index + 1][0] if index + 1 < len(headers) else len(pipes)
        tables.append(_rows(text, pipes, header, columns, limit))
    return tables


def _headers(text: str, pipes: list[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """For each table, which of the pipes begins its header, and how many columns it has."""
    free = 0
    for match in _DELIMITER.finditer(text, start, end):
        first = bisect_left(pipes, match.start())
        columns = match[0].count("|") - 1
        header = first - columns - 1
        if header >= free and _is_gap(text, pipes, first - 1):
            yield header, columns
            free = first + columns + 1


def _rows(text: str, pipes: list[int], header: int, columns: int, limit: int) -> list[Row]:
    rows: list[Row] = []
    position = header
    while position + 1 < limit and (position == header or _is_gap(text, pipes, position - 1)):
        last = position + columns
        if len(rows) >= 2 and not _ends_row(text, pipes, last, limit):
            reach = range(position + 1, min(position + 2 * columns + 1, limit))
            last = next((pipe for pipe in reach if _ends_row(text, pipes, pipe, limit)), last)
        if last >= limit:
            break
        rows.append((pipes[position], pipes[last] + 1))
        position = last + 1
    return rows


def _ends_row(text: str, pipes: list[int], pipe: int, limit: int) -> bool:
    return pipe == limit - 1 or (pipe < limit and _is_gap(text, pipes, pipe))


def _is_gap(text: str, pipes: list[int], pipe: int) -> bool:
    """Whether nothing stands between a pipe and the next."""
    return not text[pipes[pipe] + 1 : pipes[pipe + 1]].strip()
