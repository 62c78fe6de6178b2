"""How many parameters a model has, as a card says or as its name tells."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from cardgen.card.facts.consistency import half_unit
from cardgen.catalog.architectures import architecture, known_models
from cardgen.inherit.document import Cell, Document, Table
from cardgen.inherit.facts.numbers import decimal_of
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.reading.quantities import prose
from cardgen.patterns import regex

_STATED = regex(
    r"(?<![\w.,-])(?P<count>\d{1,4}(?:\.\d{1,3})?)\s?(?P<unit>B|M|billion|million)\s(?:total\s)?param(?:eter)?s?\b"
    r"|\b(?:number of )?param(?:eter)?s?(?: count)?\s?[:|=]\s?(?P<count2>\d{1,4}(?:\.\d{1,3})?)\s?"
    r"(?P<unit2>B|M|billion|million)\b",
    re.IGNORECASE,
)
_PARTIAL = regex(r"embedding|active|activated|trainable|lora|adapter|encoder only|excluding|without", re.IGNORECASE)
_HEAD = regex(r"\bparam(?:eter)?s?\b", re.IGNORECASE)
_CELL = regex(r"~?(?P<count>\d{1,4}(?:\.\d{1,3})?)\s?(?P<unit>B|M)", re.IGNORECASE)
_SMALLER = regex(r"prun|spars|distil|half|small|mini|tiny|lite|slim|int-?[48]|\bq\d", re.IGNORECASE)
_NAMED = regex(r"(?<![A-Za-z0-9._])(?P<count>\d{1,3}(?:\.\d{1,2})?)(?P<unit>[BM])(?![A-Za-z0-9])", re.IGNORECASE)
_NAMES_ROUND = Decimal("0.85")
"""What part of the number in its name a model has at the least: OPT of 350M has 331, Dolly of 3B has 2.8."""
_POWERS = {"b": 9, "m": 6}


class Parameters(NamedTuple):
    """A number of parameters with how far it was rounded."""

    low: Decimal
    high: Decimal
    said: str
    """As the card writes it: ``3.2 B``."""


def parameters_of(count: str, unit: str) -> Parameters:
    """A number as written: ``3.2`` and ``B``, ``66`` and ``million``."""
    value = decimal_of(count)
    power = Decimal(10) ** _POWERS[unit[0].lower()]
    slack = half_unit(value)
    return Parameters((value - slack) * power, (value + slack) * power, f"{count} {unit}")


@for_one_card
def stated_parameters(document: Document) -> Parameters | None:
    """The one number of parameters that the card's text gives; ``None`` where it gives none or several."""
    text = prose(document)
    found = {}
    for match in _STATED.finditer(text):
        around = text[max(0, match.start() - 40) : match.end() + 30]
        if _PARTIAL.search(around):
            return None
        count, unit = match["count"] or match["count2"], match["unit"] or match["unit2"]
        found[decimal_of(count).normalize(), unit[0].lower()] = parameters_of(count, unit)
    return next(iter(found.values())) if len(found) == 1 else None


def parameters_by_name(model_id: str) -> Parameters | None:
    """What the name of a model that is not quantized says, which is round: ``gull-4b``; ``None`` where it says none.

    Of several numbers, as of all and the active ones, the least counts.
    """
    counts = [(match["count"], match["unit"].upper()) for match in _NAMED.finditer(model_id.rpartition("/")[2])]
    least = min((parameters_of(*count) for count in counts), default=None)
    return least and least._replace(low=(least.low + least.high) / 2 * _NAMES_ROUND)


def known_parameters(name: str) -> Parameters | None:
    """Those of a well-known network that a row is named after: ``ResNet50-b``."""
    if _SMALLER.search(name):
        return None
    first = re.split(r"[\s_(-]+(?=[a-z]\b|\()", name.strip().lower(), maxsplit=1)[0]
    plain = re.sub(r"[^a-z0-9]", "", first)
    if not any(char.isdigit() for char in plain):
        return None
    shape = architecture(_plain_names().get(plain, ""))
    if shape is None:
        return None
    return Parameters(Decimal(shape.parameters), Decimal(shape.parameters), f"{shape.parameters / 1e6:.1f} M")


@cache
def _plain_names() -> dict[str, str]:
    """Well-known models by their names without marks: ``resnet50``."""
    return {re.sub(r"[^a-z0-9]", "", known.rpartition("/")[2].lower()): known for known in known_models()}


def counted_column(table: Table) -> int | None:
    """The column of a table that counts parameters."""
    return next((index for index, cell in enumerate(table.header) if _HEAD.search(cell.text)), None)


def row_parameters(row: tuple[Cell, ...], counted: int | None) -> Parameters | None:
    """What a row says in that column."""
    match = _CELL.fullmatch(row[counted].text.strip()) if counted is not None and counted < len(row) else None
    return parameters_of(match["count"], match["unit"]) if match else None
