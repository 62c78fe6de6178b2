"""Cards that were copied from a web page, with what the page shows around the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from cardgen.inherit.markdown.passage import Cutting, Passage
from cardgen.patterns import regex

_MOST_LINES = 24
"""Lines of chrome before the front matter that are believed."""
_FRONT_MATTER = regex(r"^---[ \t]*\n(?=(?:[ \t]*(?:#[^\n]*)?\n)*[\w.\"'-]+[ \t]*:(?:[ \t\n]|\Z))", re.MULTILINE)
_MARKDOWN = regex(r"^(?:#{1,6}[ \t]|```|~~~|---)", re.MULTILINE)
_PAGE_LINE = regex(
    r"^[ \t]*(?:"
    r"[\w.-]+['’]s (?:picture|avatar|profile picture)"
    r"|[\w.-]+[ \t]+HF (?:staff|Staff|STAFF)"
    r"|[0-9a-f]{7}|[0-9a-f]{40}"
    r"|[\d.]+ [kKMG]i?B"
    r"|No virus|Safe|Copy download link|verified"
    r")[ \t]*$",
    re.MULTILINE,
)
_BAR = regex(r"[ \t]*\|[ \t]*")


def without_chrome(passage: Passage) -> Passage | None:
    """The Markdown alone, of a passage whose lines end with LF; ``None`` where there is no chrome.

    Known are the lines of a file's page above the front matter (who changed it last, the commit and its message), and
    the cells of the table in which such a page sets the lines of a file.
    """
    unbarred = _without_bars(passage)
    unheaded = _without_head(unbarred or passage)
    return unheaded or unbarred


def _without_head(passage: Passage) -> Passage | None:
    text = passage.text
    begun = _FRONT_MATTER.search(text)
    if not begun or not begun.start():
        return None
    head = text[: begun.start()]
    if head.count("\n") > _MOST_LINES or not _PAGE_LINE.search(head) or _MARKDOWN.search(head):
        return None
    cut = Cutting(passage)
    cut.keep(begun.start(), len(text))
    return cut.passage()


def _without_bars(passage: Passage) -> Passage | None:
    lines = passage.text.lstrip("\ufeff").split("\n")
    alone = [bool(_BAR.fullmatch(line)) for line in lines]
    if not _is_barred(lines, alone):
        return None
    cut = Cutting(passage)
    position = len(passage.text) - sum(len(line) + 1 for line in lines) + 1
    between = _has_bars_between(lines, alone)
    waiting = between
    for line, is_alone in zip(lines, alone, strict=True):
        if is_alone and waiting:
            waiting = False
        elif line or not between:
            content = "" if is_alone else line.rstrip(" \t").removesuffix("|")
            content = content.removesuffix(" ") if content != line.rstrip(" \t") else line
            cut.keep(position, position + len(content))
            cut.put("\n", min(position + len(line), len(passage.text)))
            waiting = between
        position += len(line) + 1
    return cut.passage()


def _is_barred(lines: Sequence[str], alone: Sequence[bool]) -> bool:
    """Whether nearly every line ends with a bar, and those that stand for nothing else are too many for a table."""
    filled = [line for line in lines if line.strip()]
    bars = sum(alone)
    ended = sum(line.rstrip().endswith("|") for line in filled)
    single = sum(line.count("|") == 1 for line in filled)
    return bars >= 3 and len(filled) >= 6 and ended >= 0.9 * len(filled) and single >= 0.6 * len(filled)


def _has_bars_between(lines: Sequence[str], alone: Sequence[bool]) -> bool:
    """Whether a lone bar, the cell of the line's number, stands before every line."""
    follows = sum(after for line, after in pairwise(alone) if not line)
    filled = sum(bool(line.strip()) and not bar for line, bar in zip(lines, alone, strict=True))
    return follows >= 0.8 * max(filled - 1, 1)
