"""Runs every rule over a card and puts what they find in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cardgen.inherit.document import Document
from cardgen.inherit.facts.find import find_facts
from cardgen.inherit.parse import parse_card
from cardgen.lint.finding import Found, Rule, Severity, Subject
from cardgen.lint.registry import RULES
from cardgen.lint.rules.disclosure import disclosed_rules


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a card, where it stands."""

    rule: str
    severity: Severity
    line: int
    """1-based."""
    column: int
    """1-based, in characters."""
    message: str
    remedy: str


@dataclass(frozen=True)
class LintReport:
    """What lint found on one card."""

    name: str
    """As the caller calls the card: its path on the command line."""
    findings: tuple[Finding, ...]
    """By place; at one place errors come first."""

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)


def lint(source: str, name: str, rules: Sequence[Rule] = RULES) -> LintReport:
    """Look for everything that is wrong with a card.

    Args:
        source: the card's text, front matter included.
        name: what the report calls it.
        rules: which rules to ask; all of them by default.
    """
    document = parse_card(source)
    subject = Subject(document, find_facts(document), tuple(rule.id for rule in RULES))
    disclosed = disclosed_rules(document)
    findings = {
        _finding(rule, found, document, disclosed=rule.id in disclosed)
        for rule in rules
        for found in rule.check(subject)
    }
    return LintReport(name, tuple(sorted(findings, key=_order)))


def _finding(rule: Rule, found: Found, document: Document, *, disclosed: bool) -> Finding:
    severity = found.severity or rule.severity
    line, column = document.line(found.span.start), document.column(found.span.start)
    if disclosed and severity != "note":
        return Finding(rule.id, "note", line, column, f"{found.message} (the card discloses it)", found.remedy)
    return Finding(rule.id, severity, line, column, found.message, found.remedy)


_WEIGHT: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


def _order(finding: Finding) -> tuple[int, int, int, str, str]:
    return finding.line, finding.column, _WEIGHT[finding.severity], finding.rule, finding.message
