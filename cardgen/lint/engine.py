"""Runs every rule over a card and puts what they find in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cardgen.inherit.document import LINE_END, Document
from cardgen.inherit.facts.find import read_facts
from cardgen.lint.finding import Found, Rule, Severity, Subject, Weights
from cardgen.lint.registry import RULES
from cardgen.lint.rules.disclosure import disclosed_rules

MOST_OF_ONE_RULE = 50
"""Findings of one rule on one card that are shown; a person mends what they have in common after a few."""

_MOST_LINES = 12
"""Further lines of one fault that its finding lists."""


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
    end_line: int
    """Line of the character after its last one."""
    end_column: int
    """Column of that character."""


@dataclass(frozen=True)
class LintReport:
    """What lint found on one card."""

    name: str
    """As the caller calls the card: its path on the command line."""
    findings: tuple[Finding, ...]
    """By place; at one place errors come first."""
    source: str = field(repr=False)
    """The card's text."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The card's lines without their ends, as findings count them."""
        return tuple(LINE_END.split(self.source))

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings that people are shown: :data:`MOST_OF_ONE_RULE` of a rule, its severest, by place."""
        of_rule: Counter[str] = Counter()
        told = set()
        for finding in sorted(self.findings, key=lambda finding: _WEIGHT[finding.severity]):
            of_rule[finding.rule] += 1
            if of_rule[finding.rule] <= MOST_OF_ONE_RULE:
                told.add(finding)
        return tuple(finding for finding in self.findings if finding in told)

    @property
    def untold(self) -> Mapping[str, int]:
        """How many more findings of a rule there are, for each rule with more of them than are shown."""
        counts = Counter(finding.rule for finding in self.findings)
        return {rule: count - MOST_OF_ONE_RULE for rule, count in counts.items() if count > MOST_OF_ONE_RULE}

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)


def lint(source: str, name: str, rules: Sequence[Rule] = RULES, weights: Sequence[Weights] = ()) -> LintReport:
    """Look for everything that is wrong with a card.

    Args:
        source: the card's text, front matter included.
        name: what the report calls it.
        rules: which rules to ask; all of them by default.
        weights: what the files hold, to hold the card against: of a card of a set of files, each of its models. What
            is true of one of them is no fault.
    """
    document, facts = read_facts(source)
    ids = tuple(rule.id for rule in RULES)
    subjects = [Subject(document, facts, ids, held) for held in weights or (None,)]
    disclosed = disclosed_rules(document)
    findings = {
        _finding(rule, found, document, disclosed=rule.id in disclosed)
        for rule in rules
        for found in _one_of_each(_of_every(rule, subjects), document)
    }
    return LintReport(name, tuple(sorted(findings, key=_order)), source)


def _of_every(rule: Rule, subjects: Sequence[Subject]) -> Iterator[Found]:
    """What a rule finds, whichever of several models the card is held against."""
    found = list(rule.check(subjects[0]))
    if len(subjects) == 1 or not found:
        yield from found
        return
    others = [list(rule.check(subject)) for subject in subjects[1:]]
    places = [{(one.span, one.fault) for one in other} for other in others]
    for one in found:
        if all(one in other for other in others):
            yield one
        elif all((one.span, one.fault) in place for place in places):
            message = f"{one.message}; none of the {len(subjects)} models there fits"
            yield one._replace(message=message, remedy="say what the files hold")


def _one_of_each(found: Iterable[Found], document: Document) -> Iterator[Found]:
    """What a rule found; of what is one fault, the first place, with a count and the lines of the others.

    Where a rule does not say what tells its faults apart, its words do.
    """
    faults: dict[object, list[Found]] = {}
    for one in found:
        fault = (one.message, one.remedy) if one.fault is None else one.fault
        faults.setdefault((one.fault is None, fault, one.severity), []).append(one)
    for alike in faults.values():
        alike.sort(key=lambda one: one.span)
        lines = list(dict.fromkeys(document.line(one.span.start) for one in alike[1:]))
        yield alike[0]._replace(message=alike[0].message + _elsewhere(len(alike) - 1, lines))


def _elsewhere(count: int, lines: Sequence[int]) -> str:
    if not count:
        return ""
    times = "once more" if count == 1 else f"{count} more times"
    listed = ", ".join(str(line) for line in lines[:_MOST_LINES]) + (", …" if len(lines) > _MOST_LINES else "")
    return f"; {times}, on line{'' if len(lines) == 1 else 's'} {listed}"


def _finding(rule: Rule, found: Found, document: Document, *, disclosed: bool) -> Finding:
    severity = found.severity or rule.severity
    message = found.message
    if disclosed and severity != "note":
        severity, message = "note", f"{message} (the card discloses it)"
    (line, column), (end_line, end_column) = (
        (document.line(offset), document.column(offset)) for offset in (found.span.start, found.span.end)
    )
    return Finding(rule.id, severity, line, column, message, found.remedy, end_line, end_column)


_WEIGHT: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


def _order(finding: Finding) -> tuple[int, int, int, str, str]:
    return finding.line, finding.column, _WEIGHT[finding.severity], finding.rule, finding.message
