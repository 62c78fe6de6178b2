"""Do the sizes in a table of files rise with the bits of a weight?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from cardgen.inherit.document import Cell, Table
from cardgen.inherit.facts.numbers import read_cell
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.rules import bits_bound
from cardgen.patterns import regex

_BITS: Final[Mapping[str, float]] = {
    "Q2_K": 3.2,
    "Q3_K_S": 3.6,
    "Q3_K_M": 4.0,
    "Q3_K_L": 4.3,
    "Q4_0": 4.7,
    "Q4_K_S": 4.7,
    "Q4_K_M": 4.9,
    "Q5_0": 5.6,
    "Q5_K_S": 5.6,
    "Q5_K_M": 5.7,
    "Q6_K": 6.6,
    "Q8_0": 8.5,
    "F16": 16.0,
    "BF16": 16.0,
}
"""Bits a weight of whole models in llama.cpp's recipes, about; those of tables that embeddings rule come nearer."""
_TYPE = regex(rf"(?<![A-Za-z0-9_])(?P<type>{'|'.join(_BITS)})(?![A-Za-z0-9_])", re.IGNORECASE)
_UNITS: Final[Mapping[str, Decimal]] = {
    "MB": Decimal(1),
    "MiB": Decimal("1.048576"),
    "GB": Decimal(1000),
    "GiB": Decimal("1073.741824"),
    "G": Decimal(1000),
    "M": Decimal(1),
}
_CLEARLY_MORE = 1.3
"""Times the bits, from which a file is larger whatever types single tensors have."""
_SIZE_HEAD = regex(
    r"(?:file )?size\b[^A-Za-z]{0,4}(?P<unit>GiB|GB|MiB|MB)?\W*(?:in (?P<of>GiB|GB|MiB|MB))?", re.IGNORECASE
)


class _Row(NamedTuple):
    kind: str
    megabytes: Decimal
    cell: Cell


def _check(subject: Subject) -> Iterator[Found]:
    for block in subject.document.blocks:
        if isinstance(block, Table):
            rows = list(_rows(block))
            if len({row.kind for row in rows}) == len(rows):
                found = list(_out_of_order(rows))
                too_small = {one.span for one in bits_bound.too_small(subject)} if found else set()
                yield from (one for one in found if one.span not in too_small)


def _rows(table: Table) -> Iterator[_Row]:
    sized = [index for index, cell in enumerate(table.header) if _SIZE_HEAD.fullmatch(cell.text.strip())]
    if len(sized) != 1:
        return
    head = _SIZE_HEAD.fullmatch(table.header[sized[0]].text.strip())
    given = (head["unit"] or head["of"] or "") if head else ""
    for row in table.rows:
        kinds = {found["type"].upper() for cell in row for found in _TYPE.finditer(cell.text)}
        numbers = read_cell(row[sized[0]].text) if sized[0] < len(row) else ()
        if len(kinds) != 1 or len(numbers) != 1:
            continue
        unit = next((known for known in _UNITS if known.lower() == (numbers[0].unit or given).lower()), None)
        if unit is not None:
            yield _Row(kinds.pop(), numbers[0].value * _UNITS[unit], row[sized[0]])


def _out_of_order(rows: list[_Row]) -> Iterator[Found]:
    """Each file that is no larger than one of clearly fewer bits, with the largest of those."""
    for row in rows:
        fewer = [other for other in rows if _BITS[row.kind] >= _CLEARLY_MORE * _BITS[other.kind]]
        larger = max(fewer, key=lambda other: other.megabytes, default=None)
        if larger is not None and larger.megabytes >= row.megabytes:
            yield Found(
                row.cell.span,
                f"{row.kind} takes {row.cell.text.strip()}, no more than the {larger.cell.text.strip()} of "
                f"{larger.kind}, which has fewer bits a weight",
                "look up the sizes of the files",
                fault="order",
            )


RULES: tuple[Rule, ...] = (
    Rule("size-order", "warning", "A GGUF file said to be no larger than one of fewer bits a weight.", _check),
)
