"""What a merge is made of, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cardgen.patterns import regex

_LINES = regex(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class Line(str):
    """A line without its end, which it remembers; lines are equal where their text is."""

    __slots__ = ("end",)
    end: str

    def __new__(cls, text: str, end: str) -> Line:
        """A line."""
        line = super().__new__(cls, text)
        line.end = end
        return line


Lines = tuple[str, ...]
"""The lines of a part; those of a card are of the type :class:`Line`, and know their ends."""


class Part(NamedTuple):
    """A section of a card, or a key of its front matter."""

    path: tuple[str, ...]
    """Titles of the headings above it and its own, empty for those of level 1; of a key, the key."""
    title: str
    """For people: ``section `Results` ``, or ``key `tags` ``."""
    lines: Lines
    """Without the blank lines at the end."""
    gap: Lines
    """These."""
    first: int
    """1-based line of the file that it starts on."""

    @property
    def body(self) -> Lines:
        """The lines below the heading, without those that are blank."""
        return tuple(line for line in self.lines[1:] if line.strip())


@dataclass(frozen=True)
class Conflict:
    """Something that a person must decide."""

    place: str
    why: str
    line: int
    """1-based, of README.md on the Hub."""
    theirs: Lines
    ours: Lines

    def __str__(self) -> str:
        """The place, the reason, and both sides in full."""
        shown = [f"line {self.line} on the Hub, {self.place}: {self.why}"]
        shown += [f"  on the Hub: {line}" for line in self.theirs] or ["  on the Hub: (nothing)"]
        shown += [f"  cardgen:    {line}" for line in self.ours] or ["  cardgen:    (nothing)"]
        return "\n".join(shown)


@dataclass(frozen=True)
class Merged:
    """What three cards make."""

    text: str
    """Both sides' changes; where there are conflicts, of no use."""
    kept: tuple[str, ...] = ()
    """What people wrote on the Hub and the merged card keeps: ``section `Notes` ``, say."""
    deleted: tuple[str, ...] = ()
    """What people deleted on the Hub, and is not written again."""
    conflicts: tuple[Conflict, ...] = ()
    """In the order of the card on the Hub."""
    wrong: bool = False
    """Whether lint finds errors in the merged card that the new one has not."""


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text; they end at LF, CR LF or CR, as in Markdown."""
    found = []
    for match in _LINES.finditer(text):
        whole = match[0]
        bare = whole.rstrip("\r\n")
        found.append(Line(bare, whole[len(bare) :]))
    return tuple(found)


def joined(lines: Iterable[str], end: str) -> str:
    """The text of lines.

    Args:
        lines: of a card.
        end: for those that have none of their own, unless they come last.
    """
    every = tuple(lines)
    ended = [line + (getattr(line, "end", end) or end) for line in every[:-1]]
    return "".join([*ended, every[-1] + getattr(every[-1], "end", end)]) if every else ""


def three_way(base: Lines, theirs: Lines, ours: Lines) -> Lines:
    """What was changed on one side; theirs, where it was on both."""
    return ours if theirs == base and ours != base else theirs


def with_ends(text: str, end: str) -> str:
    """The same lines, each with this end."""
    return "".join(line + end if line.end else line for line in lines_of(text))


def end_of(text: str) -> str:
    """How most lines of a text end."""
    ends = [line.end for line in lines_of(text) if line.end]
    return max(("\n", "\r\n", "\r"), key=ends.count)
