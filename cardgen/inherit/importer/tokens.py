"""The marks by which it is seen that nothing was lost: numbers, Hub ids and names of modules."""

from __future__ import annotations

import re

from cardgen.patterns import regex

_NUMBER = regex(r"(?<![A-Za-z\d_])\d+(?:[.,]\d+)*")
_ID = regex(r"(?<![\w./-])[A-Za-z0-9_][\w.-]*/[\w.-]*[A-Za-z0-9_](?![\w/])")
_MODULE = regex(r"(?<![\w./-])[A-Za-z_]\w*(?:\.\w+){2,}(?![\w/])")
_ADDRESS = regex(r"\]\([^()\s]*\)|https?://[^\s<>()\"']+")
_PRECISION = regex(
    r"(?<![A-Za-z])(?:(?:u?int|bf|fp|float|f)[ _-]?(?:4|8|16|32)|(?:rouge|f)[ _-]?[12])(?!\d|[.,]\d)", re.IGNORECASE
)
"""INT8, FP32 and ROUGE-1 are words, not numbers."""


def marks(text: str) -> frozenset[str]:
    """The numbers, ids and dotted names in a text; thousands separators do not count."""
    # Most texts are cells of a table: what no pattern can match is seen faster than by asking it.
    shown = _ADDRESS.sub("] ", text) if "](" in text or "://" in text else text
    numbers = _PRECISION.sub("", text) if text.lower() != text.upper() else text
    found = {number.replace(",", "") for number in _NUMBER.findall(numbers)}
    if "/" in shown:
        found.update(name for name in _ID.findall(shown) if re.search("[A-Za-z]{2}", name))
    if "." in shown:
        found.update(name for name in _MODULE.findall(shown) if not name.replace(".", "").isdecimal())
    return frozenset(found)
