"""How wide text is in a picture, and what it loses where there is no room.

No font is asked: which one a reader's browser takes, nobody knows, and a picture has the same bytes everywhere. Widths
are those of DejaVu Sans, the widest of the fonts that browsers commonly take for ``sans-serif``, rounded up.
"""

from __future__ import annotations

from cardgen.patterns import regex

_EM = 1000
_WIDTHS = (
    (300, "'IJijl"),
    (350, " ,./:;\\|"),
    (400, "!()-[]ft"),
    (450, "r"),
    (500, '"*_`'),
    (550, "?csz"),
    (600, "FLkvxy"),
    (650, "$0123456789EPSTYabdeghnopqu{}"),
    (700, "ABCKRVXZ"),
    (750, "NU"),
    (800, "&DGHOQ"),
    (850, "#+<=>^w~\N{MINUS SIGN}"),
    (900, "M"),
    (950, "%"),
)
_OF = {character: width for width, characters in _WIDTHS for character in characters}
_OTHER, _BEYOND, _FAR = 1000, 0x600, 1300
"""Of Latin, Greek and Cyrillic letters; from where on writing systems and pictures are wider; and how wide."""
_BOLD = 1.16
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_SPACE = regex(r"\s+")
_UNFIT = regex(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
"""What XML 1.0 (section 2.2) does not take, and what turns text round or is not seen."""


def plain(text: str) -> str:
    """A text as a picture can hold it: one line, without what no XML holds and what would hide or turn other text."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", _SPACE.sub(" ", text).strip())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at the most, in the unit of ``size``."""
    ems = sum(_OF.get(char, _OTHER if ord(char) < _BEYOND else _FAR) for char in text) / _EM
    return ems * size * (_BOLD if bold else 1)


def elided(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """A text that is no wider than the room: its middle gives way, since names differ at their ends."""
    if width(text, size, bold=bold) <= room:
        return text
    left = room - width(ELLIPSIS, size, bold=bold)
    first, last = 0, len(text)
    while first < last:
        at = first if first + last <= len(text) else last - 1  # from both ends in turns
        left -= width(text[at], size, bold=bold)
        if left < 0:
            break
        first, last = (first + 1, last) if at == first else (first, at)
    return f"{text[:first].rstrip()}{ELLIPSIS}{text[last:].lstrip()}"


def all_elided(texts: list[str], room: float, size: float) -> list[str]:
    """The same of names that stand below each other: those that would come to look alike get their number."""
    texts = [plain(text) for text in texts]
    short = [elided(text, room, size) for text in texts]
    seen: dict[str, set[str]] = {}
    for text, shown in zip(texts, short, strict=True):
        seen.setdefault(shown, set()).add(text)
    return [
        elided(f"{number}: {text}", room, size) if len(seen[shown]) > 1 else shown
        for number, (text, shown) in enumerate(zip(texts, short, strict=True), 1)
    ]


def wrapped(text: str, room: float, size: float) -> list[str]:
    """A sentence in lines that are no wider than the room; a word that is wider loses its middle."""
    lines: list[str] = []
    for word in plain(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(elided(word, room, size))
    return lines
