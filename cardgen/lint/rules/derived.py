"""Is what a table calculates from its own figures right: recoveries, differences, ratios and averages?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from cardgen.inherit.document import Cell, Table
from cardgen.inherit.facts.numbers import Number, read_cell
from cardgen.inherit.facts.words import is_baseline, is_derived, quantity_of
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.printed import (
    Between,
    derived,
    differences,
    in_percent,
    is_comparable,
    mean,
    printed,
    ratios,
)
from cardgen.lint.reading.quantities import digits
from cardgen.patterns import regex

_RECOVERY = regex(r"recover(?:y|ed)|retention|retained|% of (?:fp32|baseline|original|base)", re.IGNORECASE)
_RATIO = regex(r"ratio|speed-? ?ups?|compression|\bfactor|^(?:x|×)$|\dx\b", re.IGNORECASE)
_CHANGE = regex(
    r"drop|diff|delta|Δ|δ|\bchanges?\b|\bgain|degradation|\bloss\b|improvement|reduction"
    r"|(?:int8|quantized|static|dynamic) ?[-\N{MINUS SIGN}\N{EN DASH}] ?(?:fp32|baseline|original)",
    re.IGNORECASE,
)
_CHANGE_WORD = regex(r"drop|diff(?:erence)?|delta|change|gain|degradation|loss|reduction|improvement", re.IGNORECASE)
_NO_CHANGE = regex(r"train|val|eval_loss|std|margin|interval|signific", re.IGNORECASE)
_AVERAGE = regex(
    r"(?:overall |macro |unweighted )?(?:average|avg\.?|mean)(?: (?:score|accuracy|acc))?\W{0,3}", re.IGNORECASE
)
_COUNT = regex(
    r"(?:#|n$|num|shots?|n-shot|samples|param|size|bits?|version|layers?|opset|batch|length|threads)", re.IGNORECASE
)
_SCHEME = regex(r"int-?[48]|fp8|w\d+a\d+|(?<!un)quanti[sz]ed|static|dynamic", re.IGNORECASE)
_SCORES = 2
"""Fewest figures of which an average is taken."""


class _Figure(NamedTuple):
    cell: Cell
    number: Number


def _figures(row: Sequence[Cell], width: int) -> list[_Figure | None]:
    """The one figure of each cell, ``None`` for a cell with none or several."""
    found: list[_Figure | None] = []
    for index in range(width):
        numbers = read_cell(row[index].text) if index < len(row) else ()
        single = len(numbers) == 1 and is_comparable(numbers[0].value)
        found.append(_Figure(row[index], numbers[0]) if single else None)
    return found


def _tables(subject: Subject) -> Iterator[Table]:
    return (block for block in subject.document.blocks if isinstance(block, Table) and len(block.header) > 1)


def _check_derived(subject: Subject) -> Iterator[Found]:
    for table in _tables(subject):
        heads = [cell.text.strip() for cell in table.header]
        wanted = [index for index, head in enumerate(heads) if index and is_derived(head) and _kind(head)]
        if not wanted or len(wanted) > _SCORES:
            continue
        rows = [_figures(row, len(heads)) for row in table.rows]
        sources = _sources(heads, wanted)
        if len(sources) == 2 and all(_SCHEME.search(heads[index]) for index in sources):
            continue  # both are quantized, and what they are held against stands elsewhere
        if len(sources) == 2 and len(wanted) == 1:
            yield from _beside(heads, table, rows, sources, wanted[0])
        else:
            yield from _below_baseline(heads, table, rows, wanted)


def _kind(head: str) -> str | None:
    if _RECOVERY.search(head):
        return "recovery"
    if _RATIO.search(head):
        return "ratio"
    return "change" if _CHANGE.search(head) and not _NO_CHANGE.search(head) else None


def _sources(heads: list[str], wanted: list[int]) -> list[int]:
    """The columns of the two models that a third is calculated from."""
    others = [index for index, head in enumerate(heads) if index and index not in wanted and head]
    found = [index for index in others if not _COUNT.match(heads[index]) and not is_derived(heads[index])]
    quantities = {quantity_of(heads[index]) for index in found}
    return found if len(quantities) == 1 else []


def _may_be(kind: str, first: Decimal, second: Decimal) -> tuple[Between, ...]:
    if kind == "recovery":
        return in_percent(ratios(first, second))
    if kind == "ratio":
        return (*in_percent(ratios(first, second)), *differences(first, second))
    return (*differences(first, second), *in_percent(ratios(first, second)))


def _beside(
    heads: list[str], table: Table, rows: list[list[_Figure | None]], sources: list[int], wanted: int
) -> Iterator[Found]:
    """A column that is calculated from two others, row by row."""
    compared: list[_Compared] = []
    for row, figures in zip(table.rows, rows, strict=True):
        first, second, told = figures[sources[0]], figures[sources[1]], figures[wanted]
        if not first or not second or not told or (row and _AVERAGE.fullmatch(row[0].text.strip())):
            continue
        if first.number.unit.lower() != second.number.unit.lower():
            continue
        may_be = _may_be(_kind(heads[wanted]) or "", first.number.value, second.number.value)
        fits = [derived(told.number.value).holds(value) for value in may_be]
        if fits:
            compared.append(_Compared(first, second, told, fits))
    wrong = [one for one in compared if not any(one.fits)]
    if len(wrong) == len(compared) > 1 and _kind(heads[wanted]) != "recovery":
        return  # the column means something else
    wrong = wrong or _odd_one_out(compared)
    if wrong:
        first, second, told, _fits = wrong[0]
        more = f", and {len(wrong) - 1} more rows are wrong too" if len(wrong) > 1 else ""
        yield Found(
            told.cell.span,
            f"`{told.cell.text.strip()}` under {heads[wanted]} does not follow from {_plain(first)} and "
            f"{_plain(second)}{_right(heads[wanted], first, second)}{more}",
            "calculate it again, or correct the two figures",
        )


class _Compared(NamedTuple):
    first: _Figure
    second: _Figure
    told: _Figure
    fits: list[bool]
    """For each way to calculate, whether it gives what is told."""


def _odd_one_out(compared: list[_Compared]) -> list[_Compared]:
    """The one row that was not calculated in the way that all others of its unit were."""
    for unit in {one.told.number.unit for one in compared}:
        rows = [one for one in compared if one.told.number.unit == unit]
        if len(rows) < 3 or len({len(one.fits) for one in rows}) > 1:
            continue
        counts = [sum(one.fits[way] for one in rows) for way in range(len(rows[0].fits))]
        if max(counts) == len(rows) - 1:
            way = counts.index(max(counts))
            return [one for one in rows if not one.fits[way]]
    return []


def _right(head: str, first: _Figure, second: _Figure) -> str:
    if _kind(head) != "recovery":
        return ""
    return f": that would be {digits(second.number.value / first.number.value * 100, places=2)} %"


def _plain(figure: _Figure) -> str:
    return figure.cell.text.strip()


_MEASURES = {"latency_ms": "ratio", "samples_per_s": "ratio", "size": "ratio"}


def _below_baseline(
    heads: list[str], table: Table, rows: list[list[_Figure | None]], wanted: list[int]
) -> Iterator[Found]:
    """A column that is calculated from another and its figure in the one row of the baseline."""
    bases = [number for number, row in enumerate(table.rows) if row and is_baseline(row[0].text)]
    columns = [index for index, head in enumerate(heads) if index not in wanted and quantity_of(head)]
    if len(bases) != 1 or not columns:
        return
    base = rows[bases[0]]
    for index in wanted:
        of = [column for column in columns if _speaks_of(heads[index], heads[column])]
        for figures in rows if of else ():
            told = figures[index]
            sources = [(base[column], figures[column]) for column in of]
            known = [(one, other) for one, other in sources if one and other]
            if figures is base or told is None or len(known) < len(of):
                continue
            may_be = [
                value
                for one, other in known
                for value in _may_be(_kind(heads[index]) or "", one.number.value, other.number.value)
            ]
            if may_be and not any(derived(told.number.value).holds(value) for value in may_be):
                one, other = known[0]
                yield Found(
                    told.cell.span,
                    f"`{told.cell.text.strip()}` under {heads[index]} does not follow from {_plain(other)} and the "
                    f"baseline's {_plain(one)}",
                    "calculate it again, or correct the two figures",
                )
                break


def _speaks_of(head: str, column: str) -> bool:
    """Whether a derived column may be calculated from a column of figures."""
    quantity = quantity_of(column)
    if "speed" in head.lower():
        return quantity in ("latency_ms", "samples_per_s")
    if "compress" in head.lower() or "size" in head.lower():
        return quantity == "size"
    own = quantity_of(_CHANGE_WORD.sub(" ", head))
    return own is not None and own == quantity


def _check_averages(subject: Subject) -> Iterator[Found]:
    for table in _tables(subject):
        heads = [cell.text.strip() for cell in table.header]
        ends = (heads[-1], table.rows[-1][0].text.strip() if table.rows and table.rows[-1] else "")
        if not any(_AVERAGE.fullmatch(end) for end in ends):
            continue
        rows = [_figures(row, len(heads)) for row in table.rows]
        yield from _wrong(list(_average_rows(heads, table, rows)))
        yield from _wrong(list(_average_columns(heads, rows)))


_Average = tuple[_Figure, list[_Figure]]


def _average_rows(heads: list[str], table: Table, rows: list[list[_Figure | None]]) -> Iterator[_Average]:
    """The figures of the one row of averages, each with those above it."""
    at = [number for number, row in enumerate(table.rows) if row and _AVERAGE.fullmatch(row[0].text.strip())]
    if len(at) != 1 or at[0] < _SCORES or at[0] != len(rows) - 1:
        return
    labels = [row[0].text for row in table.rows[: at[0]] if row]
    if any(quantity_of(label) in _MEASURES or is_derived(label) for label in labels):
        return
    for index, head in enumerate(heads):
        told = rows[at[0]][index]
        above = [figures[index] for figures in rows[: at[0]]]
        known = [figure for figure in above if figure is not None]
        if index and told and len(known) == len(above) and not is_derived(head) and not _COUNT.match(head):
            yield told, known


def _average_columns(heads: list[str], rows: list[list[_Figure | None]]) -> Iterator[_Average]:
    at = [index for index, head in enumerate(heads) if _AVERAGE.fullmatch(head)]
    if len(at) != 1 or at[0] != len(heads) - 1:
        return
    of = [index for index in range(1, at[0]) if heads[index]]
    plain = not any(
        is_derived(heads[index]) or _COUNT.match(heads[index]) or quantity_of(heads[index]) in _MEASURES for index in of
    )
    for figures in rows:
        told = figures[at[0]]
        known = [figure for index in of if (figure := figures[index]) is not None]
        if plain and told and len(known) == len(of) >= _SCORES:
            yield told, known


def _wrong(averages: list[_Average]) -> Iterator[Found]:
    """Averages that are none, where others of the table are, or that lie outside of what they are the average of."""
    right = [_is_mean(told, known) for told, known in averages]
    for (told, known), fits in zip(averages, right, strict=True):
        values = [figure.number.value for figure in known]
        value = told.number.value
        outside = not min(values) <= value <= max(values)
        if not fits and (any(right) or outside) and len({figure.number.unit for figure in known}) == 1:
            yield Found(
                told.cell.span,
                f"the average of the {len(values)} figures is "
                f"{digits(sum(values, Decimal(0)) / len(values), places=2)}, not {_plain(told)}",
                "calculate it again, or say what else it is the average of",
            )


def _is_mean(told: _Figure, known: list[_Figure]) -> bool:
    value = told.number.value
    near = derived(value) if value >= 0 else printed(value)
    return near.holds(mean([figure.number.value for figure in known]))


RULES: tuple[Rule, ...] = (
    Rule("derived-value", "error", "A recovery, difference or ratio that its figures do not give.", _check_derived),
    Rule("average-value", "error", "An average that the figures of its table do not give.", _check_averages),
)
