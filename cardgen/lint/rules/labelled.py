"""Does a score that stands alone, such as ``NSMC acc. : 0.901``, agree with a table that has one of its name?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from cardgen.card.facts.consistency import same_quantity_other_scale, same_value
from cardgen.inherit.document import Cell, Document, Paragraph, Span, Table
from cardgen.inherit.facts.numbers import decimal_of, read_cell
from cardgen.inherit.facts.words import METRIC_NAMES, is_baseline, is_derived, quantity_of
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.printed import is_comparable
from cardgen.lint.reading.quantities import least_value
from cardgen.patterns import regex

_ALONE = regex(r"(?P<label>[\w(][^:=|\n]{2,60}?)\s{0,3}[:=]\s{0,3}(?P<value>\d{1,3}\.\d{1,6})\s?%?\s?\.?")
_WORD = regex(r"[a-z]+\d*|\d+")
_TRAINED = regex(r"(?<![a-z])(?:train|valid|dev\b|epoch|best|step|teacher|paper|previous|leaderboard)")
_MODEL_WORDS = frozenset({"int8", "int", "8", "quantized", "model", "score", "the", "on", "of", "test", "set", "eval"})
_MOST_LABELS, _MOST_CELLS = 50, 5_000
_NEAR = Decimal("0.08")


class _Labelled(NamedTuple):
    words: frozenset[str]
    value: Decimal
    text: str


def _words(text: str) -> frozenset[str]:
    found = (METRIC_NAMES.get(word, word) for word in _WORD.findall(text.lower()))
    return frozenset(found) - _MODEL_WORDS


@for_one_card
def _cells(document: Document) -> tuple[_Labelled, ...]:
    """The figures of all tables, each with the words of its row's and its column's title."""
    tables = (block for block in document.blocks if isinstance(block, Table))
    return tuple(islice((found for table in tables for found in _of_table(table)), _MOST_CELLS))


def _of_table(table: Table) -> Iterator[_Labelled]:
    heads = [_words(cell.text) for cell in table.header]
    for row in table.rows:
        label = _words(row[0].text) if row else frozenset()
        for index, cell in enumerate(row[1 : len(heads)], start=1):
            if is_derived(table.header[index].text) or is_derived(row[0].text):
                continue
            yield from (_Labelled(label | heads[index], value, cell.text) for value in _values(cell))


def _values(cell: Cell) -> Iterator[Decimal]:
    return (number.value for number in read_cell(cell.text) if is_comparable(number.value))


def _check(subject: Subject) -> Iterator[Found]:
    sections = subject.document.sections
    texts = ((section.title, block) for section in sections for block in section.blocks if isinstance(block, Paragraph))
    alone = ((title, block, match) for title, block in texts if (match := _ALONE.fullmatch(block.text)))
    for title, block, match in islice(alone, _MOST_LABELS):
        label, value = match["label"], decimal_of(match["value"])
        quantity = quantity_of(label)
        words = _words(label)
        if quantity is None or least_value(quantity) is None or len(words) < 2:
            continue
        if is_baseline(label) or is_derived(label) or _TRAINED.search(f"{label} {title}".lower()):
            continue
        rivals = [cell for cell in _cells(subject.document) if words <= cell.words]
        if any(_agree(value, cell.value) for cell in rivals):
            continue
        near = [cell for cell in rivals if _near(value, cell.value)]
        if near:
            at = subject.document.source.find(match["value"], block.span.start, block.span.end)
            place = Span(at, at + len(match["value"])) if at >= 0 else block.span
            message = f"{label.strip()} is {match['value']} here and {near[0].text.strip()} in a table"
            yield Found(place, message, "find out which is right, and write it in both places")


def _agree(first: Decimal, second: Decimal) -> bool:
    return same_value(first, second) or same_quantity_other_scale(first, second)


def _near(first: Decimal, second: Decimal) -> bool:
    return any(
        abs(first - other) <= _NEAR * max(first, other) for other in (second, second.scaleb(2), second.scaleb(-2))
    )


RULES: tuple[Rule, ...] = (
    Rule("labelled-value", "warning", "A score of a list that a table has another value of.", _check),
)
