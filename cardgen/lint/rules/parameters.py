"""Can a file of a type with so many bytes a weight be as large as is said, for as many parameters as are said?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cardgen.card.facts.consistency import size_readings
from cardgen.inherit.document import Table
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.parameter_counts import (
    Parameters,
    counted_column,
    known_parameters,
    row_parameters,
    stated_parameters,
)
from cardgen.lint.reading.shapes import known_architecture
from cardgen.lint.reading.sized_cells import sized_cells
from cardgen.patterns import regex

_TYPE = regex(r"(?<![a-z0-9])(?:(?:fp|float|f)[ -]?(?P<float>16|32)|bf(?P<brain>16))(?![a-z0-9])", re.IGNORECASE)
_LOW, _HIGH = Decimal("0.93"), Decimal("1.08")
"""How far a file may lie from its weights: buffers left out, a head more, the graph and its names."""


def _bytes_a_weight(texts: tuple[str, ...]) -> int | None:
    kinds = {match["float"] or match["brain"] for text in texts for match in _TYPE.finditer(text)}
    return int(kinds.pop()) // 8 if len(kinds) == 1 else None


def _check(subject: Subject) -> Iterator[Found]:
    stated = stated_parameters(subject.document) if known_architecture(subject.facts) is None else None
    for block in subject.document.blocks:
        if isinstance(block, Table):
            yield from _in_table(block, stated)


def _in_table(table: Table, stated: Parameters | None) -> Iterator[Found]:
    counted = counted_column(table)
    for sized in sized_cells(table):
        width = _bytes_a_weight(sized.beside)
        if width is None:
            continue
        of_row = row_parameters(sized.row, counted) or known_parameters(sized.row[0].text)
        parameters = of_row or (stated if counted is None else None)
        if parameters is None:
            continue
        low, high = parameters.low * width * _LOW, parameters.high * width * _HIGH
        if not any(reading.high >= low and reading.low <= high for reading in size_readings(sized.value, sized.unit)):
            yield Found(
                sized.cell.span,
                f"{sized.cell.text.strip()} is not the size of {parameters.said} parameters of {width} bytes each: "
                f"these are {_size(parameters.low * width, parameters.high * width)}",
                "measure the file, or correct the type or the number of parameters",
            )


def _size(low: Decimal, high: Decimal) -> str:
    middle = (low + high) / 2
    return f"{middle / 10**9:.1f} GB" if middle >= 10**9 else f"{middle / 10**6:.0f} MB"


RULES: tuple[Rule, ...] = (
    Rule("parameters-size", "warning", "A size that so many parameters of this type do not take.", _check),
)
