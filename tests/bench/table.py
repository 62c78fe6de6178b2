"""Rows of figures, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure of ours."""

    what: str
    figure: str
    peer: str = ""
    """The figure of whoever does the same, and the ratio of ours to it."""
    aim: str = ""
    met: bool | None = None
    """Whether the aim is; ``None`` without one."""
    memory: str = ""
    """The most that our process had resident, and where it matters the ratio to the peer's."""


HEADER = ("what", "figure", "peer", "aim", "", "memory")
_MET = {None: "", True: "met", False: "MISSED"}


def megabytes(count: float) -> str:
    """Bytes in MB of 10⁶."""
    return f"{count / 1e6:.0f} MB"


def duration(seconds: float) -> str:
    """Seconds, with about three digits."""
    if abs(seconds) < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"


def layout(rows: Iterable[Row]) -> str:
    """The table, with a header."""
    lines = [HEADER, *((row.what, row.figure, row.peer, row.aim, _MET[row.met], row.memory) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
