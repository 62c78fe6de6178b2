"""Faults of a card that have one certain remedy: they are put right, and a person is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Protocol

from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.inherit.importer.report import Ledger
from cardgen.patterns import regex

_LINE_END = regex(r"\r\n|\r|\n")
_SHORTEST = 8
"""Letters of a tag that one slip leaves recognizable."""
_SUFFIX = regex(r"(?:jr|sr|ph\.?\s?d|m\.?\s?d|[ivx]+)\.?", re.IGNORECASE)
_NAME = regex(r"[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]*)*")
_PARTICLES = frozenset(
    (
        "al",
        "bin",
        "da",
        "de",
        "del",
        "den",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "la",
        "le",
        "ten",
        "ter",
        "van",
        "von",
    )
)
_MOST_WORDS = 4


class Misread(Protocol):
    """A piece of text that was decoded wrongly."""

    @property
    def start(self) -> int:
        """Of its first character."""

    @property
    def end(self) -> int:
        """Behind its last character."""

    @property
    def meant(self) -> str:
        """What it says when decoded rightly."""


FindMisread = Callable[[str], Iterable[Misread]]


def decode(source: str, find: FindMisread, ledger: Ledger) -> str:
    """A card's text with what was decoded wrongly put right; each word of it is told once.

    Args:
        source: the card's text.
        find: finds what was decoded wrongly.
        ledger: hears of it.
    """
    parts, at, line = [], 0, 1
    told: set[str] = set()
    for misread in find(source):
        parts += [source[at : misread.start], misread.meant]
        line += len(_LINE_END.findall(source, at, misread.start))
        at = misread.end
        start, end = _word(source, misread)
        word = source[start:end]
        if word not in told:
            told.add(word)
            right = source[start : misread.start] + misread.meant + source[misread.end : end]
            ledger.add("mended", f"`{word}` is `{right}`, read in another encoding", line)
    return "".join([*parts, source[at:]])


def _word(source: str, misread: Misread) -> tuple[int, int]:
    """Where the word around a piece starts and ends."""
    start, end = misread.start, misread.end
    while start and source[start - 1].isalnum():
        start -= 1
    while end < len(source) and source[end].isalnum():
        end += 1
    return start, end


def meant_tag(tag: str) -> str | None:
    """The one task of the Hub that a tag is a slip of: a letter missing, added, another, or swapped with the next."""
    if tag in PIPELINE_TAGS or len(tag) < _SHORTEST:
        return None
    near = [known for known in PIPELINE_TAGS if len(known) >= _SHORTEST and _one_slip(tag.lower(), known)]
    return near[0] if len(near) == 1 else None


def _one_slip(written: str, meant: str) -> bool:
    """Digits and a plural are no slips."""
    if abs(len(written) - len(meant)) > 1:
        return False
    start = next((at for at, (left, right) in enumerate(zip(written, meant, strict=False)) if left != right), None)
    if start is None:
        return written == meant or not max(written, meant, key=len).endswith("s")
    left, right = written[start:], meant[start:]
    if not (left[0] + right[0]).replace("-", "").isalpha():
        return False
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def joined_authors(value: str) -> str | None:
    """``A B and C D`` for ``A B, C D``; ``None`` where the parts are not all full names, or are joined already."""
    parts = [part.split() for part in value.split(",") if part.strip()]
    if len(parts) < 2 or "{" in value or re.search(r"\band\b", value, re.IGNORECASE):
        return None
    if parts[0][0].lower() in _PARTICLES or not all(_is_full_name(words) for words in parts):
        return None
    return " and ".join(" ".join(words) for words in parts)


def _is_full_name(words: list[str]) -> bool:
    if not 2 <= len(words) <= _MOST_WORDS or _SUFFIX.fullmatch(" ".join(words)):
        return False
    return all(_NAME.fullmatch(word) or word.lower() in _PARTICLES for word in words)
