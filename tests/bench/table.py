"""Rows of figures, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Row:
    """One figure of ours."""

    what: str
    figure: str
    peer: str = ""
    """The figure of whoever does the same, and the ratio of ours to it."""
    aim: str = ""
    memory: str = ""
    """The most that our process had resident, and where it matters the ratio to the peer's."""


HEADER = Row("what", "figure", "peer", "aim", "memory")


def megabytes(count: float) -> str:
    """Bytes in MB of 10⁶."""
    return f"{count / 1e6:.0f} MB"


def layout(rows: Iterable[Row]) -> str:
    """The table, with a header."""
    lines = [astuple(row) for row in (HEADER, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
