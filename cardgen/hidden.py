"""Characters that nobody sees, and that let a text say another thing than it shows."""

from __future__ import annotations

from collections.abc import Callable

_JOINERS = "\u200c\u200d"
"""They shape words and pictures of many writings, and hide nothing."""


def show_hidden(text: str, show: Callable[[str], str], kept: str = "") -> str:
    """The text with its code point in the place of each control, each mark that turns text round, and their like.

    Args:
        text: what others wrote.
        show: makes of a code point, such as ``U+202E``, what stands there.
        kept: characters that stay although they do not print, such as ends of lines.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in kept or char in _JOINERS else show(f"U+{ord(char):04X}") for char in text
    )
