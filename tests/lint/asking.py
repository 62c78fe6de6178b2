"""Asks one family of rules about a card, as a test wants to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from cardgen.inherit.facts.find import find_facts
from cardgen.inherit.parse import parse_card
from cardgen.lint.finding import Rule, Severity, Subject
from cardgen.lint.registry import RULES
from cardgen.lint.rules.disclosure import disclosed_rules

ROOT = Path(__file__).parents[2]
OWN_CARDS = sorted([*ROOT.glob("cards/*/README.md"), *ROOT.glob("tests/golden/cards/*/README.md")])
"""What cardgen itself writes."""


@dataclass(frozen=True)
class Answer:
    """A finding, with the part of the card that it points at."""

    rule: str
    severity: Severity
    message: str
    remedy: str
    at: str


def subject_of(card: str) -> Subject:
    document = parse_card(dedent(card).lstrip("\n"))
    return Subject(document, find_facts(document), tuple(rule.id for rule in RULES))


def ask(rules: Sequence[Rule], card: str, rule: str | None = None) -> list[Answer]:
    """What the rules find, or the one of them that is named."""
    assert rule is None or rule in {known.id for known in rules}
    subject = subject_of(card)
    return [
        Answer(
            known.id, found.severity or known.severity, found.message, found.remedy, subject.document.slice(found.span)
        )
        for known in rules
        if rule in (None, known.id)
        for found in known.check(subject)
    ]


def undisclosed(rules: Sequence[Rule], card: Path) -> list[Answer]:
    """What the rules find on a card that it does not tell its readers itself."""
    text = card.read_text(encoding="utf-8")
    told = disclosed_rules(parse_card(text))
    return [answer for answer in ask(rules, text) if answer.rule not in told]
