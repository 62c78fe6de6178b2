"""Reading a number and its unit as a card writes them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from cardgen.patterns import regex

_LONGEST_CELL = 200

UNIT = (
    r"%|percent|[kKMGT]i?B|[kmgt]b|bytes|[KMG](?![a-zA-Z])|x|×|(?:samples|it|tokens?|sentences|images|inferences)?"
    r"/s(?:ec(?:ond)?)?|ms|µs|us|s|sec|seconds?"
)
_NUMBER = regex(
    r"[~≈]?\s*(?P<value>[+\-\u2212\u2013]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:[.,]\d+)?(?:[eE][+-]?\d{1,3})?)"
    rf"(?:\s*(?P<unit>{UNIT})(?!\w))?"
)
_TAIL = regex(
    r"(?:\s*(?:\[[^\[\]]*\]|\((?P<note>[^()]*)\)|(?:±|\+/-|\+-)\s*[\d.]+(?:\s*%)?|[*†‡§¹²³⁴]"
    r"|,(?:\s*[a-zA-Z]+(?: [a-zA-Z]+){0,8})?))*\s*"
)
"""No two parts may match the same characters: the time would grow without bound."""
_DIGIT = regex(r"[0-9]")
_SLASH = regex(r"\s+/\s+|(?<=[\d%)BM])/(?=[\d~])")
_LABEL_UNIT = regex(
    rf"[(\[]\s*(?:in\s+)?(?P<bracketed>{UNIT})\s*[)\]]|(?:,|\bin|[\w)]\s*/)\s*(?P<after>{UNIT})\s*$"
    r"|[\w)][ _-](?:in[ _-])?(?P<joined>ms|sec(?:ond)?s?|[kKMGT]i?B|[kmgt]i?b|bytes)$"
)


class Number(NamedTuple):
    """A number in a text."""

    value: Decimal
    unit: str
    """As written, empty without one."""
    start: int
    end: int
    note: str = ""
    """What stands in round brackets behind it."""


def decimal_of(text: str) -> Decimal:
    """A number as written, with every digit: ``0.490``, ``1,669``, ``−0.0003``, and ``0,91`` with a decimal comma."""
    plain = text.replace("\u2212", "-").replace("\u2013", "-")
    if "," in plain:
        grouped = re.fullmatch(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?:[eE].*)?", plain)
        plain = plain.replace(",", "" if grouped else ".")
    return Decimal(plain)


@lru_cache(maxsize=2**16)  # import and lint each ask of every cell of a table, one table after another
def read_cell(text: str) -> tuple[Number, ...]:
    """The figures of a table's cell: one, or several with slashes between them; none where it holds anything else.

    An interval in brackets, a deviation or a note behind a number is no figure.
    """
    if len(text) > _LONGEST_CELL or not _DIGIT.search(text):
        return ()
    numbers, start = [], 0
    for slash in (*_SLASH.finditer(text), None):
        end = slash.start() if slash else len(text)
        number = _read_part(text, start, end)
        if number is None:
            return ()
        numbers.append(number)
        start = slash.end() if slash else end
    return tuple(numbers)


def _read_part(text: str, start: int, end: int) -> Number | None:
    while start < end and text[start].isspace():
        start += 1
    found = _NUMBER.match(text, start, end)
    if found is None:
        return None
    tail = _TAIL.fullmatch(text, found.end(), end)
    if tail is None:
        return None
    value = found["value"]
    if value.count(",") and value.count(".") and value.index(".") < value.index(","):
        return None
    return Number(decimal_of(value), found["unit"] or "", found.start("value"), found.end("value"), tail["note"] or "")


def unit_of(label: str) -> str:
    """The unit that a label names: ``MB`` of ``Model size (MB)``, ``ms`` of ``latency_ms``; empty without one."""
    found = _LABEL_UNIT.search(label[:_LONGEST_CELL])
    return (found["bracketed"] or found["after"] or found["joined"]) if found else ""
