"""Can a file of a type with so many bytes a weight be as large as is said, for as many parameters as are said?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from cardgen.card.facts.consistency import half_unit, size_readings
from cardgen.catalog.architectures import architecture, known_models
from cardgen.inherit.document import Cell, Table
from cardgen.inherit.facts.numbers import decimal_of, read_cell, unit_of
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.quantities import prose
from cardgen.lint.reading.shapes import known_architecture
from cardgen.patterns import regex

_STATED = regex(
    r"(?<![\w.,-])(?P<count>\d{1,4}(?:\.\d{1,3})?)\s?(?P<unit>B|M|billion|million)\s(?:total\s)?param(?:eter)?s?\b"
    r"|\b(?:number of )?param(?:eter)?s?(?: count)?\s?[:|=]\s?(?P<count2>\d{1,4}(?:\.\d{1,3})?)\s?"
    r"(?P<unit2>B|M|billion|million)\b",
    re.IGNORECASE,
)
_PARTIAL = regex(r"embedding|active|activated|trainable|lora|adapter|encoder only|excluding|without", re.IGNORECASE)
_TYPE = regex(r"(?<![a-z0-9])(?:(?:fp|float|f)[ -]?(?P<float>16|32)|bf(?P<brain>16))(?![a-z0-9])", re.IGNORECASE)
_SIZE_HEAD = regex(r"\bsize\b|\b[MG]i?B\b", re.IGNORECASE)
_MEMORY = regex(r"\bv?ram\b|memory|require|peak", re.IGNORECASE)
_PARAMETERS_HEAD = regex(r"\bparam(?:eter)?s?\b", re.IGNORECASE)
_PARAMETERS_CELL = regex(r"~?(?P<count>\d{1,4}(?:\.\d{1,3})?)\s?(?P<unit>B|M)", re.IGNORECASE)
_SMALLER = regex(r"prun|spars|distil|half|small|mini|tiny|lite|slim|int-?[48]|\bq\d", re.IGNORECASE)
_LOW, _HIGH = Decimal("0.93"), Decimal("1.08")
"""How far a file may lie from its weights: buffers left out, a head more, the graph and its names."""
_POWERS = {"b": 9, "m": 6}


class _Parameters(NamedTuple):
    low: Decimal
    high: Decimal
    said: str


def _count(count: str, unit: str) -> _Parameters:
    value = decimal_of(count)
    power = Decimal(10) ** _POWERS[unit[0].lower()]
    slack = half_unit(value)
    return _Parameters((value - slack) * power, (value + slack) * power, f"{count} {unit}")


def _stated(subject: Subject) -> _Parameters | None:
    """The one number of parameters that the card's text gives; ``None`` where it gives none or several."""
    text = prose(subject.document)
    found = {}
    for match in _STATED.finditer(text):
        around = text[max(0, match.start() - 40) : match.end() + 30]
        if _PARTIAL.search(around):
            return None
        count, unit = match["count"] or match["count2"], match["unit"] or match["unit2"]
        found[decimal_of(count).normalize(), unit[0].lower()] = _count(count, unit)
    return next(iter(found.values())) if len(found) == 1 else None


def _known(name: str) -> _Parameters | None:
    """The parameters of a well-known network that a row is named after: ``ResNet50-b``."""
    if _SMALLER.search(name):
        return None
    first = re.split(r"[\s_(-]+(?=[a-z]\b|\()", name.strip().lower(), maxsplit=1)[0]
    plain = re.sub(r"[^a-z0-9]", "", first)
    if not any(char.isdigit() for char in plain):
        return None
    shape = architecture(_plain_names().get(plain, ""))
    if shape is None:
        return None
    return _Parameters(Decimal(shape.parameters), Decimal(shape.parameters), f"{shape.parameters / 1e6:.1f} M")


@cache
def _plain_names() -> dict[str, str]:
    """Well-known models by their names without marks: ``resnet50``."""
    return {re.sub(r"[^a-z0-9]", "", known.rpartition("/")[2].lower()): known for known in known_models()}


def _bytes_a_weight(texts: list[str]) -> int | None:
    kinds = {match["float"] or match["brain"] for text in texts for match in _TYPE.finditer(text)}
    return int(kinds.pop()) // 8 if len(kinds) == 1 else None


def _check(subject: Subject) -> Iterator[Found]:
    stated = _stated(subject) if known_architecture(subject.facts) is None else None
    for block in subject.document.blocks:
        if isinstance(block, Table):
            yield from _in_table(block, stated)


def _in_table(table: Table, stated: _Parameters | None) -> Iterator[Found]:
    heads = [cell.text for cell in table.header]
    counted = next((index for index, head in enumerate(heads) if _PARAMETERS_HEAD.search(head)), None)
    for row in table.rows:
        if not row:
            continue
        parameters = _of_row(row, counted) or _known(row[0].text) or (stated if counted is None else None)
        if parameters is None:
            continue
        for index, cell in enumerate(row[: len(heads)]):
            titles = f"{heads[index]} {row[0].text}"
            if not index or not _SIZE_HEAD.search(titles) or _MEMORY.search(titles):
                continue
            width = _bytes_a_weight([heads[index], *(other.text for other in row if other is not cell)])
            number = read_cell(cell.text) if width is not None else ()
            if width is None or len(number) != 1 or not number[0].value:
                continue
            unit = number[0].unit or unit_of(heads[index]) or unit_of(row[0].text)
            if unit.lower() not in ("mb", "gb", "mib", "gib"):
                continue
            readings = size_readings(number[0].value, unit)
            low, high = parameters.low * width * _LOW, parameters.high * width * _HIGH
            if not any(reading.high >= low and reading.low <= high for reading in readings):
                yield Found(
                    cell.span,
                    f"{cell.text.strip()} is not the size of {parameters.said} parameters of {width} bytes each: "
                    f"these are {_size(parameters.low * width, parameters.high * width)}",
                    "measure the file, or correct the type or the number of parameters",
                )


def _of_row(row: tuple[Cell, ...], counted: int | None) -> _Parameters | None:
    match = (
        _PARAMETERS_CELL.fullmatch(row[counted].text.strip()) if counted is not None and counted < len(row) else None
    )
    return _count(match["count"], match["unit"]) if match else None


def _size(low: Decimal, high: Decimal) -> str:
    middle = (low + high) / 2
    return f"{middle / 10**9:.1f} GB" if middle >= 10**9 else f"{middle / 10**6:.0f} MB"


RULES: tuple[Rule, ...] = (
    Rule("parameters-size", "warning", "A size that so many parameters of this type do not take.", _check),
)
