"""Do flips, agreement and divergence fit each other, and the scores beside them?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from cardgen.card.facts.consistency import half_unit
from cardgen.inherit.document import Paragraph, Span, Table
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.pairs import Pair, pairs
from cardgen.lint.reading.printed import printed
from cardgen.lint.reading.quantities import as_fraction, metric_figures, written
from cardgen.patterns import regex

_LONGEST = 2_000
_SHARES = ("accuracy", "exact_match")
"""Metrics that are the share of units that are right."""
_COUNT = r"(?<![\d.,])(?P<count>\d{1,9})(?![\d.,]|\s?%)[^.;:\d]{0,40}?\b"
_LOST = regex(_COUNT + r"(?:right|correct)\s?(?:to|into|→|->)\s?(?:wrong|incorrect)\b", re.IGNORECASE)
_GAINED = regex(_COUNT + r"(?:wrong|incorrect)\s?(?:to|into|→|->)\s?(?:right|correct)\b", re.IGNORECASE)
_UNITS = r"(?:samples|words|tokens|answers|examples|images|items|pairs|prompts|questions|sentences|texts)"
_OF = regex(rf"\bof (?:all )?(?P<units>\d{{1,9}}) {_UNITS}\b", re.IGNORECASE)
_AGREEMENT = regex(
    # As `cardgen.card.words.fidelity` words it.
    rf"answers (?P<same>\d{{1,9}}) of (?P<units>\d{{1,9}}) {_UNITS} as \S{{1,40}} does "
    r"\((?P<share>\d{1,3}(?:\.\d{1,9})?) %"
)
_NEGATIVE = regex(
    r"\b(?:KLD?|Kullback[-\u2013 ]Leibler)(?:[ -]div\w{0,10})?[^.;\d]{0,60}?"
    r"(?<![^\s:=(|])(?P<value>[-\N{MINUS SIGN}]\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_TITLED = regex(r"\bKLD?\b|\bKullback\b", re.IGNORECASE)
_BELOW_ZERO = regex(r"\s{0,9}[-\N{MINUS SIGN}]\s?(?=[\d.]*[1-9])[\d.]{1,20}")


class _Flips(NamedTuple):
    """What a paragraph says of answers that flipped."""

    lost: int
    gained: int
    units: int | None
    """``None`` where it does not say."""


def _check_agreement(subject: Subject) -> Iterator[Found]:
    for block in _paragraphs(subject):
        told = _AGREEMENT.search(block.text[:_LONGEST])
        if told is None:
            continue
        same, units = int(told["same"]), int(told["units"])
        share = Decimal(told["share"])
        if same > units or not units:
            yield Found(block.span, f"{same} of {units} answers are said to be the same", "correct the counts")
            continue
        low, high = printed(share)
        if not low <= Decimal(100 * same) / units <= high:
            message = f"{same} of {units} are {100 * Decimal(same) / units:.2f} %, not {share} %"
            yield Found(block.span, message, "correct the share, or the counts")
        flips = _flips(block.text[:_LONGEST])
        if flips and flips.lost + flips.gained > units - same:
            yield Found(
                block.span,
                f"{flips.lost + flips.gained} answers flipped between right and wrong, and only {units - same} of "
                f"{units} differ",
                "correct the counts: an answer that flipped differs",
            )


def _check_flips(subject: Subject) -> Iterator[Found]:
    shares = [pair for pair in pairs(subject.document, metric_figures(subject.facts)) if _is_share(pair)]
    if not shares:
        return
    for block in _paragraphs(subject):
        flips = _flips(block.text[:_LONGEST])
        beside = _beside(block.text, shares) if flips else None
        if flips and beside and not _fits(flips, beside):
            net = flips.gained - flips.lost
            yield Found(
                block.span,
                f"{flips.lost} answers went from right to wrong and {flips.gained} from wrong to right, so that "
                f"{abs(net)} {'more' if net >= 0 else 'fewer'} are right, and {beside.figure.quantity} went from "
                f"{written(beside.baseline)} to {written(beside.figure)}",
                "correct the flips, or the scores: they are of other answers",
            )


def _check_divergence(subject: Subject) -> Iterator[Found]:
    for block in subject.document.blocks:
        if isinstance(block, Paragraph):
            for told in _NEGATIVE.finditer(block.text[:_LONGEST]):
                if Decimal(told["value"].replace("\N{MINUS SIGN}", "-")):
                    yield _below_zero(block.span, told["value"])
        elif isinstance(block, Table):
            titled = {index for index, cell in enumerate(block.header) if _TITLED.search(cell.text[:_LONGEST])}
            for row in block.rows:
                whole = bool(row) and _TITLED.search(row[0].text[:_LONGEST])
                for index, cell in enumerate(row):
                    if (whole or index in titled) and (found := _BELOW_ZERO.match(cell.text[:_LONGEST])):
                        yield _below_zero(cell.span, found[0].strip())


def _below_zero(span: Span, value: str) -> Found:
    return Found(
        span,
        f"a KL divergence of {value}: it is never below 0",
        "look whether it is another measure, such as a difference of losses, and name that",
    )


def _paragraphs(subject: Subject) -> Iterator[Paragraph]:
    return (block for block in subject.document.blocks if isinstance(block, Paragraph))


def _flips(text: str) -> _Flips | None:
    lost, gained, of = _LOST.search(text), _GAINED.search(text), _OF.search(text)
    if lost is None or gained is None:
        return None
    return _Flips(_count(lost), _count(gained), int(of["units"]) if of and int(of["units"]) else None)


def _count(found: re.Match[str]) -> int:
    return int(found["count"])


def _is_share(pair: Pair) -> bool:
    return pair.figure.quantity in _SHARES


def _beside(text: str, shares: list[Pair]) -> Pair | None:
    """The score of the model that a sentence begins with; else the one score that the card has."""
    named = [pair for pair in shares if text.startswith(f"{pair.figure.subject.label} ")]
    found = named or shares
    return found[0] if len(found) == 1 else None


def _fits(flips: _Flips, beside: Pair) -> bool:
    """Whether scores, as far as they are printed, allow for what the flips come to."""
    net = Decimal(flips.gained - flips.lost)
    change = as_fraction(beside.figure) - as_fraction(beside.baseline)
    slack = sum((half_unit(each.value) * _scale(as_fraction(each), each.value) for each in beside), Decimal(0))
    if flips.units is None:
        return (net <= 0 or change >= -slack) and (net >= 0 or change <= slack)
    return abs(change * flips.units - net) <= max(slack * flips.units, Decimal("0.5"))


def _scale(fraction: Decimal, value: Decimal) -> Decimal:
    return fraction / value if value else Decimal(1)


RULES: tuple[Rule, ...] = (
    Rule("agreement", "error", "Counts of answers alike that contradict each other.", _check_agreement),
    Rule("flips-and-scores", "error", "Answers that flipped otherwise than the scores say.", _check_flips),
    Rule("divergence-below-zero", "error", "A KL divergence below zero.", _check_divergence),
)
