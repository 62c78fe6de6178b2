"""How much accuracy a card says that its model may have lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cardgen.inherit.facts.model import LossClaim
from cardgen.inherit.facts.scope import Prose, Scope
from cardgen.patterns import regex

_LONGEST = 10_000
_WINDOW = 120

_LOSS = regex(r"\b(?:loss|drop|degradation|decrease|deterioration)\b")
_BOUND = (
    r"(?:(?:less|lower|smaller|no more|not more) than|within|below|under|at most|up to|max(?:imum)?(?: of)?"
    r"|meets?(?: the| a)?|keeps?(?: to)?(?: the| a)?|tolerance(?: of)?|[<≤]=?)"
)
_PERCENT = r"(?P<limit>\d{1,3}(?:\.\d{1,6})?)\s{0,2}(?:%|percent\b)"
_BEFORE = regex(rf"{_BOUND}\s{{0,3}}(?:an? |the )?{_PERCENT}(?P<kind>(?:\s{{1,3}}[a-z][\w-]{{0,20}}){{0,3}})\s{{1,3}}$")
_BEHIND = regex(
    r"(?:\s{0,3}(?:is|are|of|was|stays|remains|kept|to|criterion|tolerance)\b|\s{0,3}:){0,3}"
    rf"\s{{0,3}}{_BOUND}\s{{0,3}}{_PERCENT}"
)
_TOLERANCE = regex(rf"\s{{0,3}}(?:criterion|tolerance)(?:\s(?:is|of|was)|\s?[:=])?\s{{0,3}}{_PERCENT}")
_KIND = regex(r"[^.;,]{0,40}$")


def loss_claims(scope: Scope) -> Iterator[LossClaim]:
    """The bounds that the card says the loss keeps; a loss that was measured is none."""
    for prose in scope.prose:
        if "%" in prose.text or "percent" in prose.lower:
            yield from _in_prose(scope, prose)


def _in_prose(scope: Scope, prose: Prose) -> Iterator[LossClaim]:
    lower = prose.lower[:_LONGEST]
    if len(lower) != len(prose.text[:_LONGEST]):  # a character whose lower case is longer
        return
    for loss in _LOSS.finditer(lower):
        start = max(0, loss.start() - _WINDOW)
        found = (
            _BEFORE.search(lower, start, loss.start())
            or _BEHIND.match(lower, loss.end(), loss.end() + _WINDOW)
            or _TOLERANCE.match(lower, loss.end(), loss.end() + _WINDOW)
        )
        if found is None:
            continue
        if found.start() < loss.start():
            kind, begin, end = found["kind"], found.start("limit"), loss.end()
        else:
            before = _KIND.search(lower, start, loss.start())
            kind, begin, end = before[0] if before else "", loss.start(), found.end()
        span = scope.places.find(prose.span, prose.text, begin, end)
        yield LossClaim(scope.subject_of(prose), Decimal(found["limit"]) / 100, "relative" in kind, span)
