"""What others wrote, as a terminal may be given it."""

from __future__ import annotations

from re import Match

from cardgen.patterns import regex

_CONTROLS = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
_DELETE = 0x7F


def visible(text: str) -> str:
    """The text with a picture for each control character but tabs and ends of lines.

    A card or its evidence may come from anybody, and a terminal obeys such characters: they recolour, hide and retitle.
    The pictures are those of Unicode's block Control Pictures, and U+FFFD for the controls that have none.
    """
    return _CONTROLS.sub(_picture, text)


def _picture(found: Match[str]) -> str:
    code = ord(found[0])
    if code < ord(" "):
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == _DELETE else "\N{REPLACEMENT CHARACTER}"
