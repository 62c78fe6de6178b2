"""The nearest of the names that exist, for messages about one that does not."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

SHORT_LIST = 12
"""How many names a message may list in full."""

SHORT_ASIDE = 4
"""How many it may list beside a suggestion."""


def nearest(name: str, choices: Collection[str], *, cutoff: float = 0.6) -> str | None:
    """The choice most like ``name``, or ``None`` where none is alike.

    Case, ``-``, ``_`` and spaces do not count. The measure is difflib's ratio of matching characters.

    Args:
        name: what was written.
        choices: the names that exist.
        cutoff: the least likeness, from 0 to 1.
    """
    return _nearest(name, tuple(choices), cutoff)


@lru_cache(maxsize=1)  # who asks whether there is one often asks for the remedy next
def _nearest(name: str, choices: tuple[str, ...], cutoff: float) -> str | None:
    import difflib

    plain = _plain_choices(choices)[0]
    word = _plain(name)
    alike = _alike(choices, cutoff, _letters(word), len(word))
    found = difflib.get_close_matches(word, alike, n=1, cutoff=cutoff) if alike else []
    return plain[found[0]] if found else None


@lru_cache(maxsize=512)  # names that a script wrote have the same letters again and again
def _alike(choices: tuple[str, ...], cutoff: float, own: int, length: int) -> list[str]:
    """The choices that a word of as many characters may be like: letters that only one of the two has cannot match."""
    return [
        choice
        for choice, others in _plain_choices(choices)[1]
        if 2 * min(length - (own & ~others).bit_count(), len(choice) - (others & ~own).bit_count())
        >= cutoff * (length + len(choice))
    ]


def remedy_for(name: str, choices: Collection[str]) -> str:
    """What to write instead of an unknown ``name``: the nearest choice, and the whole list where it is short."""
    found = nearest(name, choices)
    parts = []
    if found is not None:
        parts.append(f"did you mean `{found}`?")
    if len(choices) == 1 and found is None:
        parts.append(f"known is only: {next(iter(choices))}")
    elif 1 < len(choices) <= (SHORT_LIST if found is None else SHORT_ASIDE):
        parts.append(f"known are: {', '.join(choices)}")
    return " ".join(parts)


@lru_cache(maxsize=64)
def _plain_choices(choices: tuple[str, ...]) -> tuple[dict[str, str], tuple[tuple[str, int], ...]]:
    """The choices by what of them counts, and of each which letters it has."""
    plain = {_plain(choice): choice for choice in reversed(choices)}
    return plain, tuple((choice, _letters(choice)) for choice in plain)


def _letters(word: str) -> int:
    """A bit for each character that a word has; characters may share one."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) & 63)
    return bits


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")
