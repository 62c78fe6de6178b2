"""Text whose UTF-8 was read in another encoding, such as ``Â®`` for ``®``.

A sequence counts where its characters, written in the wrong encoding, are bytes that UTF-8 reads as one character, and
that character is one that people write. Accented letters beside quotation marks also make such bytes by chance; each
lead character is therefore only believed with what makes sense of it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from cardgen.patterns import regex

_QUOTES = frozenset("\"'«»‹›“”„‘’‚–—…·•¡¿")

_MATHEMATICS = frozenset("π∂∑∏∫Ω∞≈≠≤≥")


class Misread(NamedTuple):
    """A piece of text that was decoded wrongly."""

    start: int
    end: int
    meant: str
    """What it says when decoded rightly."""


class _Encoding(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    byte_of: dict[str, int]


def _table(name: str) -> dict[str, int]:
    """Character to byte, above ASCII; bytes without a character are C1 controls, as browsers read them."""
    return {bytes([byte]).decode(name, "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}


def _encoding(name: str) -> _Encoding:
    byte_of = _table(name)

    def class_of(low: int, high: int) -> str:
        return "[" + "".join(re.escape(char) for char, byte in byte_of.items() if low <= byte <= high) + "]"

    tail = class_of(0x80, 0xBF)
    one = f"{class_of(0xC2, 0xDF)}{tail}|{class_of(0xE0, 0xEF)}{tail}{{2}}|{class_of(0xF0, 0xF4)}{tail}{{3}}"
    return _Encoding(name, regex(f"(?:{one})+"), byte_of)


@functools.cache
def _encodings() -> tuple[_Encoding, ...]:
    return tuple(_encoding(name) for name in ("cp1252", "latin-1", "cp1257", "cp1250", "mac-roman"))


_RUN = regex("[^\x00-\x7f][^\x00-\x7f]+")


def find_misread(text: str) -> Iterator[Misread]:
    """Every misread sequence of ``text``, in order, longest first where several readings fit."""
    found: list[Misread] = []
    for run in _RUN.finditer(text):
        for encoding in _encodings():
            for match in encoding.pattern.finditer(text, run.start(), run.end()):
                meant = _sensible(match[0], encoding)
                if meant is not None:
                    found.append(Misread(match.start(), match.end(), meant))
    end = 0
    for misread in sorted(found, key=lambda misread: (misread.start, -misread.end)):
        if misread.start >= end:
            yield misread
            end = misread.end


def _sensible(run: str, encoding: _Encoding) -> str | None:
    """What ``run`` says in UTF-8, where a person could have meant it."""
    try:
        meant = bytes(encoding.byte_of[char] for char in run).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not all(char.isprintable() or unicodedata.category(char) in ("Zs", "Cf") for char in meant):
        return None
    if any(_likely(char, lead, tail, encoding.name) for char, lead, tail in _with_bytes(run, meant)):
        return meant
    # Whole words of another script: one pair may be chance, two or more of one script in a row are not.
    return meant if len(meant) > 1 and (_of_script(meant, 0x370, 0x52F) or _of_script(meant, 0x3040, 0xD7FF)) else None


def _with_bytes(run: str, meant: str) -> Iterator[tuple[str, str, str]]:
    """Each character with what stands for its first byte, and for the others."""
    at = 0
    for char in meant:
        width = len(char.encode())
        yield char, run[at], run[at + 1 : at + width]
        at += width


def _likely(char: str, lead: str, tail: str, encoding: str) -> bool:
    code = ord(char)
    if encoding not in ("cp1252", "latin-1") and lead.isalpha() and any(mark.isalpha() for mark in tail):
        return False
    if _MATHEMATICS & set(tail):
        return False
    if code in (0xA0, 0xAE, 0xA9, 0xB0, 0xB1, 0xB2, 0xB3, 0xB5, 0xA3, 0xA7):
        return True
    if 0xA0 <= code <= 0xFF:
        return encoding in ("cp1252", "latin-1", "mac-roman") or (code >= 0xC0 and not _QUOTES & set(tail))
    if 0x100 <= code <= 0x17F:
        return encoding == "cp1252" and not _QUOTES & set(tail)
    if set(tail) <= _QUOTES:
        return False
    return 0x2000 <= code <= 0x2BFF or code in (0xFEFF, 0xFFFD) or code == 0xFE0F or 0x1F000 <= code <= 0x1FAFF


def _of_script(text: str, low: int, high: int) -> bool:
    return all(low <= ord(char) <= high for char in text)
