"""Are changes that the text claims, such as ``3x smaller`` or ``from 0.35 to 0.43 (+23 %)``, those of the figures?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from cardgen.inherit.document import Paragraph, Span
from cardgen.inherit.facts.numbers import decimal_of
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.pairs import pairs
from cardgen.lint.reading.printed import Between, derived, differences, in_percent, is_comparable, ratios
from cardgen.lint.reading.quantities import digits, metric_figures, paragraphs
from cardgen.lint.reading.table_pairs import SideBySide, in_paragraph, side_by_side
from cardgen.patterns import regex

_VALUE = r"\d{1,9}(?:\.\d{1,6})?"
_UNIT = r"(?:\s?(?:%|[KMG]i?B|ms|s|points?)(?!\w))?"
_FROM_TO = regex(
    rf"\bfrom (?P<first>{_VALUE})(?P<unit>{_UNIT}) to (?P<second>{_VALUE})(?P<unit2>{_UNIT})"
    rf"[ ,]{{0,2}}(?:\((?:a |an |by |of |about )?|,? (?:a|an) )(?P<sign>[+\-\N{{MINUS SIGN}}~]?)"
    rf"(?P<told>{_VALUE})\s?(?P<of>%|percent|[x×])"
    r"(?=\)| (?:relative|absolute|reduction|increase|decrease|drop|gain|improvement|less|lower|higher)\b)",
    re.IGNORECASE,
)
_TIMES = regex(
    rf"(?P<word>[\w.~≈>-]{{0,14}} ?[\w~≈>-]{{0,10}}) ?(?<![\w.,])(?P<told>{_VALUE})\s?[x×]\*{{0,2}} "
    r"(?P<what>smaller|lighter|less (?:memory|ram|vram|disk|space|storage)|fewer bytes|compression|size reduction"
    r"|less|faster|speed-?up|lower latency|higher throughput)(?!\w)",
    re.IGNORECASE,
)
_PERCENT = regex(
    rf"(?P<word>[\w.~≈>-]{{0,14}} ?[\w~≈>-]{{0,10}}) ?(?<![\w.,])(?P<told>{_VALUE})\s?%\*{{0,2}} "
    r"(?P<what>smaller|less (?:memory|ram|vram|disk|space|storage)|size reduction|reduction in (?:model |file )?size)"
    r"(?!\w)",
    re.IGNORECASE,
)
_LESS = regex("smaller|lighter|less|fewer|compression|reduction|faster|speed|latency|throughput", re.IGNORECASE)
"""One of these is in whatever the two above say."""
_LOSS = regex(
    r"(?P<word>[\w<≤~-]{0,14} ?[\w<≤~-]{0,14}) ?(?<![\w.,])(?P<told>\d{1,2}\.\d{1,4})\s?%\*{0,2} "
    r"(?:relative |absolute |accuracy |f1 ){0,2}(?P<what>loss|drop|degradation|decrease)(?!\w)",
    re.IGNORECASE,
)
_BELOW = regex(
    r"(?P<word>)(?<![\w.,])(?P<told>\d{1,2}\.\d{1,4})\s?%\*{0,2} (?P<what>below|lower than|worse than|under|less than) "
    r"(?:that of )?(?:the )?(?:fp32|baseline|original|full[- ]precision|unquantized)\b",
    re.IGNORECASE,
)
_LOSS_IS = regex(
    r"(?P<word>)\b(?:relative |absolute )?(?:accuracy |f1 |score )?(?P<what>loss|drop|degradation)"
    r"(?: (?:of|is|was)(?: only| just)?|\*{0,2}:)\*{0,2} (?P<told>\d{1,2}\.\d{1,4})\s?%",
    re.IGNORECASE,
)
_KEPT = regex(
    r"(?P<word>)\b(?:keep|retain|preserve|maintain|recover)(?:s|ed|ing)? (?P<told>\d{2,3}(?:\.\d{1,3})?)\s?%"
    r" of (?:the |its )?(?:[\w-]{1,20}(?:'s)? ){0,3}?(?P<what>accuracy|performance|quality|score|f1)\b",
    re.IGNORECASE,
)
_GENERAL = regex(
    r"\b(?:up to|can|could|may|might|typically|usually|generally|in general|theor\w+|ideal\w*|expected?|hardware"
    r"|gpus?|cuda|batch(?:es|ed)?|vnni|amx|avx\w*|arm|mobile|browser|web\w*|phone"
    r"|than (?:bert|gpt|the teacher|its teacher|whisper|openai)|teacher|original implementation|distil\w*)\b",
    re.IGNORECASE,
)
_THAN_ANOTHER = regex(
    r"\s{0,3}than (?!(?:the |its |an? )?"
    r"(?:fp32|float\w*|baseline|original|base|full|unquantized|bf16|fp16|32-bit|parent))",
    re.IGNORECASE,
)
_OF_SPEED_OR_SIZE = regex(
    r"latency|throughput|speed|time|size|memory|footprint|disk|cost|power|energy|ram\b|parameters", re.IGNORECASE
)
_ABOUT = regex(r"\b(?:about|around|almost|nearly|roughly|approx\w*|some|ca|circa|close)\b|[~≈]", re.IGNORECASE)
_AT_LEAST = regex(r"\b(?:over|than|least|exceeding)\b|>", re.IGNORECASE)
_BOUND = regex(
    r"\b(?:than|within|below|under|most|max(?:imum)?|to|tolerance|least|over|above|about|around|roughly|nearly|almost)\b"
    r"|[<≤~]",
    re.IGNORECASE,
)
_SPEED = regex(r"latency|\btime\b|throughput|speed|samples|per second|/s\b|\bms\b", re.IGNORECASE)
_SPACE = regex(r"\bsize|memory|ram\b|disk|footprint|storage|\b[MG]i?B\b", re.IGNORECASE)
_FAST = regex(r"faster|speed|latency|throughput", re.IGNORECASE)
_SLACK = Decimal("0.6")
_SLACK_PERCENT = Decimal("1.6")
_ROUGH = Decimal("0.25")
_KEPT_WORDS = frozenset({"accuracy", "performance", "quality", "score", "f1"})
_WINDOW = 300
_NEAR = 40
_MOST = 50
_PAIRS = 500
_SIGN = ("%", "x ", "×", "X ")


def _sentence(paragraph: Paragraph, match: re.Match[str]) -> str:
    text = paragraph.text
    earliest, latest = max(0, match.start() - _WINDOW), match.end() + _WINDOW
    start = max(text.rfind(". ", earliest, match.start()) + 1, earliest)
    end = text.find(". ", match.end(), latest)
    return text[start : end if end >= 0 else latest]


def _claims(
    subject: Subject, sign: Sequence[str], *patterns: re.Pattern[str], word: re.Pattern[str] | None = None
) -> list[tuple[Paragraph, re.Match[str]]]:
    """The first claims of a card: each is held against many figures, and no card means more.

    Args:
        subject: the card.
        sign: what a paragraph that claims has one of.
        patterns: the claims.
        word: what such a paragraph has too: asked first, since it is found sooner than a claim.
    """
    found = (
        (paragraph, match)
        for paragraph in paragraphs(subject.document)
        if any(one in paragraph.text for one in sign) and (word is None or word.search(paragraph.text))
        for pattern in patterns
        for match in pattern.finditer(paragraph.text)
    )
    return list(islice(found, _MOST))


def _place(subject: Subject, paragraph: Paragraph, words: str) -> Span:
    at = subject.document.source.find(words, paragraph.span.start, paragraph.span.end)
    return Span(at, at + len(words)) if at >= 0 else paragraph.span


def _check_change(subject: Subject) -> Iterator[Found]:
    """``from A to B (+P %)``, where P is what A and B give."""
    for paragraph, match in _claims(subject, ("from",), _FROM_TO):
        first, second, told = (decimal_of(match[name]) for name in ("first", "second", "told"))
        units = match["unit"].strip().lower(), match["unit2"].strip().lower()
        if not all(units) and any(units) and "%" not in units:
            units = (max(units), max(units))
        if (units[0] != units[1] and "%" not in units) or not all(map(is_comparable, (first, second, told))):
            continue
        factor = match["of"] in "xX×"
        may_be = ratios(first, second) if factor else differences(first, second)
        near = _widened(told) if match["sign"] == "~" or _ABOUT.search(match[0]) else derived(told)
        if may_be and not any(near.holds(value) for value in may_be):
            apart = abs(second - first)
            right = f"{digits(apart / first * 100, places=1)} %" if first and not factor else "another"
            message = f"from {match['first']} to {match['second']} is not {match['told']} {match['of']}, but {right}"
            yield Found(_place(subject, paragraph, match["told"]), message, "calculate it again")


def _check_factor(subject: Subject) -> Iterator[Found]:
    """``3x smaller`` and ``75 % smaller`` beside figures that say otherwise."""
    in_tables = side_by_side(subject.document)[:_PAIRS]
    for paragraph, match in _claims(subject, _SIGN, _TIMES, _PERCENT, word=_LESS):
        if _GENERAL.search(_sentence(paragraph, match)):
            continue
        if _THAN_ANOTHER.match(paragraph.text, match.end()):
            continue
        what, percent = match["what"], "%" in match[0]
        told = _told(match, percent=percent)
        known = in_paragraph(paragraph) or in_tables
        meant = [pair for pair in known if _speaks_of(what, pair)]
        found = [(pair, value) for pair in meant for value in _gives(pair, percent=percent)]
        if found and not any(told.holds(value) for _pair, value in found):
            pair = found[0][0]
            claim = " ".join(match[0][match.start("told") - match.start() :].split())
            message = f"`{claim}` is claimed, and {pair.label.strip()} is {_sides(pair)}"
            place = _place(subject, paragraph, match["told"])
            yield Found(place, message, "calculate it again, or correct the figures")


def _told(match: re.Match[str], *, percent: bool) -> Between:
    """What a claim may stand for: people round to whole numbers, up more gladly than down."""
    value = decimal_of(match["told"])
    if _ABOUT.search(match["word"]):
        return _widened(value)
    whole = "." not in match["told"]
    slack = (_SLACK_PERCENT if percent else _SLACK) if whole else derived(value).high - value
    near = Between(value - slack, value + slack)
    return Between(near.low, Decimal(10**9)) if _AT_LEAST.search(match["word"]) else near


def _widened(value: Decimal) -> Between:
    return Between(value * (1 - _ROUGH), value * (1 + _ROUGH))


def _speaks_of(what: str, pair: SideBySide) -> bool:
    words = f"{pair.label} {pair.unit}"
    fast = _SPEED.search(words) is not None or pair.quantity in ("latency_ms", "samples_per_s")
    large = not fast and (_SPACE.search(words) is not None or pair.quantity == "size")
    if what.lower() == "less":
        return fast or large
    return fast if _FAST.search(what) else large


def _gives(pair: SideBySide, *, percent: bool) -> Sequence[Between]:
    found = ratios(pair.first, pair.second)
    if not percent:
        return found
    return [Between((1 - one.high) * 100, (1 - one.low) * 100) for one in found if one.low < 1]


def _sides(pair: SideBySide) -> str:
    unit = f" {pair.unit}" if pair.unit else ""
    larger, smaller = max(pair.first, pair.second), min(pair.first, pair.second)
    return f"{digits(larger)} and {digits(smaller)}{unit}: {digits(larger / smaller, places=2)} times"


def _check_loss(subject: Subject) -> Iterator[Found]:
    """``a 0.3 % drop`` beside figures of which none lost that."""
    compared = pairs(subject.document, metric_figures(subject.facts))[:_PAIRS]
    for paragraph, match in _claims(subject, ("%",), _LOSS, _LOSS_IS, _BELOW, _KEPT) if compared else ():
        if _BOUND.search(match["word"]) or _GENERAL.search(_sentence(paragraph, match)):
            continue
        if _OF_SPEED_OR_SIZE.search(paragraph.text, max(0, match.start() - _NEAR), match.end() + _NEAR):
            continue
        told = derived(decimal_of(match["told"]))
        apart = ratios if match["what"].lower() in _KEPT_WORDS else differences
        may_be = [value for pair in compared for value in apart(pair.figure.value, pair.baseline.value)]
        if not any(told.holds(value) for value in in_percent(may_be)):
            pair = compared[0]
            message = (
                f"`{match['told']} %` ({match['what'].lower()}) is claimed, and {pair.figure.quantity} is "
                f"{digits(pair.figure.value)} against {digits(pair.baseline.value)}"
            )
            place = _place(subject, paragraph, match["told"])
            yield Found(place, message, "calculate it again, or correct the figures")


RULES: tuple[Rule, ...] = (
    Rule("change-claim", "warning", "A change in percent that its two figures do not give.", _check_change),
    Rule("factor-claim", "warning", "A claim such as `4x smaller` that the card's figures do not give.", _check_factor),
    Rule("loss-value", "warning", "A loss in the text that the card's figures do not give.", _check_loss),
)
