"""Is what running text calculates right: ``41/45 (91 %)``, the average of a table, what was recovered of a score?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from cardgen.card.facts.consistency import half_unit
from cardgen.inherit.document import Cell, Paragraph, Span, Table
from cardgen.inherit.facts.numbers import decimal_of, read_cell
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.printed import derived, in_percent, ratios
from cardgen.lint.reading.quantities import digits, paragraphs
from cardgen.patterns import regex

_SHARE = regex(
    r"(?<![\w./,:-])(?P<part>\d{1,7})\s?/\s?(?P<whole>\d{1,7})\*{0,2}\s?(?P<sign>\(|=)\s?(?P<told>\d{1,3}(?:\.\d{1,4})?)\s?%"
)
_NUMBER = r"(?<![\w.,/-])\d{1,4}\.\d{1,4}(?![\w/-]|\.\d|\s?%)"
_RECOVERED = regex(
    r"(?P<told>\d{2,3}(?:\.\d{1,3})?)\s?%\s(?:\w{1,20}\s){0,2}(?P<word>recovery|retention)\b"
    r"|\brecover(?:s|ed|ing)\s(?P<told2>\d{2,3}(?:\.\d{1,3})?)\s?%",
    re.IGNORECASE,
)
_NUMBERS = regex(_NUMBER)
_COMPARED = regex(r"\bcompared (?:to|with)\b|\bversus\b|\bvs\b|\bwhereas\b|\bwhile\b|\bagainst\b", re.IGNORECASE)
_AVERAGE = regex(r"\baverage(?: \w{1,12})?(?: score)?\b", re.IGNORECASE)
_AVERAGE_ROW = regex(r"(?:overall |macro )?(?:average|avg\.?|mean)(?: score)?\W{0,3}", re.IGNORECASE)
_SENTENCE = regex(r"(?<=[a-z0-9)*%])[.;](?=\s|\Z)")
_NEAR = Decimal(5)
_MOST = 50


def _shares(subject: Subject) -> Iterator[Found]:
    """``41/45 (92 %)``; a whole per cent may be rounded or cut."""
    for text, span in islice(_texts(subject), 50_000):
        for match in _SHARE.finditer(text) if "%" in text and "/" in text else ():
            part, whole, told = (decimal_of(match[name]) for name in ("part", "whole", "told"))
            if not whole or part > whole:
                continue
            share, unit = part / whole * 100, 2 * half_unit(told)
            if not -unit / 2 <= share - told < unit:
                right = digits(share, places=max(0, -int(told.as_tuple().exponent)))
                message = f"{match['part']} of {match['whole']} are {right} %, not {match['told']} %"
                yield Found(_place(subject, span, match[0]), message, "calculate it again, or correct the counts")


def _texts(subject: Subject) -> Iterator[tuple[str, Span]]:
    for block in subject.document.blocks:
        if isinstance(block, Paragraph):
            yield block.text, block.span
        elif isinstance(block, Table):
            for row in block.rows:
                yield from ((cell.text, cell.span) for cell in row)


def _place(subject: Subject, span: Span, words: str) -> Span:
    at = subject.document.source.find(words, span.start, span.end)
    return Span(at, at + len(words)) if at >= 0 else span


def _sentences(paragraph: Paragraph) -> Iterator[str]:
    start = 0
    for end in _SENTENCE.finditer(paragraph.text):
        yield paragraph.text[start : end.start()]
        start = end.end()
    yield paragraph.text[start:]


def _recovered(subject: Subject) -> Iterator[Found]:
    """``62.9, compared to 62.0, a recovery of 99.4 %``: two scores, compared in one sentence that tells their ratio."""
    for paragraph in paragraphs(subject.document):
        if "%" not in paragraph.text or not _RECOVERED.search(paragraph.text):
            continue
        for sentence in islice(_sentences(paragraph), _MOST):
            told = list(_RECOVERED.finditer(sentence))
            figures = [found[0] for found in _NUMBERS.finditer(sentence)]
            if len(told) != 1 or len(figures) != 2 or not _COMPARED.search(sentence):
                continue
            percent = told[0]["told"] or told[0]["told2"]
            first, second = map(decimal_of, figures)
            may_be = in_percent(ratios(first, second))
            if may_be and not any(derived(decimal_of(percent)).holds(value) for value in may_be):
                right = " or ".join(
                    f"{digits(value, places=1)} %" for value in (first / second * 100, second / first * 100)
                )
                message = f"{percent} % of recovery is claimed, and {figures[0]} and {figures[1]} give {right}"
                yield Found(_place(subject, paragraph.span, percent), message, "calculate it again")


def _averages(subject: Subject) -> Iterator[Found]:
    """An average in the text, beside another in one sentence, of which the table's last row has only one."""
    known = list(islice(_average_figures(subject), _MOST))
    for paragraph in paragraphs(subject.document) if known else ():
        for sentence in islice(_sentences(paragraph), _MOST):
            if not _AVERAGE.search(sentence) or not _COMPARED.search(sentence):
                continue
            told = [found[0] for found in _NUMBERS.finditer(sentence)]
            values = [decimal_of(text) for text in told]
            for row in known if len(values) == 2 else ():
                missing = [at for at, value in enumerate(values) if value not in row]
                if len(missing) == 1:
                    at = missing[0]
                    (right,) = [value for value in row if value != values[1 - at]] or [values[at]]
                    if right != values[at] and abs(right - values[at]) < _NEAR:
                        message = f"the text gives {told[at]} as an average, and the table {digits(right)}"
                        yield Found(
                            _place(subject, paragraph.span, told[at]),
                            message,
                            "correct the one that is wrong",
                            fault=at,
                        )


def _average_figures(subject: Subject) -> Iterator[list[Decimal]]:
    """The scores of each row of averages, without what is calculated of them."""
    for block in subject.document.blocks:
        if not isinstance(block, Table):
            continue
        for row in block.rows:
            if any(_AVERAGE_ROW.fullmatch(cell.text.strip()) for cell in row[:2]):
                numbers = [value for cell in row if (value := _score(cell)) is not None]
                if len(numbers) == 2:
                    yield numbers


def _score(cell: Cell) -> Decimal | None:
    numbers = read_cell(cell.text)
    return numbers[0].value if len(numbers) == 1 and not numbers[0].unit else None


RULES: tuple[Rule, ...] = (
    Rule("share-value", "error", "A share such as `41/45 (92 %)` that its counts do not give.", _shares),
    Rule("recovery-text", "error", "A recovery in the text that its two scores do not give.", _recovered),
    Rule("average-text", "warning", "An average in the text that is not the table's.", _averages),
)
