"""Reports as text for people, JSON for programs, and annotations for GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from cardgen.annotations import Level, annotation, file_from
from cardgen.lint.engine import Finding, LintReport
from cardgen.lint.finding import Severity
from cardgen.lint.registry import RULES

_GITHUB_LEVEL: dict[Severity, Level] = {"error": "error", "warning": "warning", "note": "notice"}


def as_text(report: LintReport) -> str:
    """A line per finding, and its remedy below it; empty where nothing was found. Of what is not told, the count."""
    told = "".join(
        f"{report.name}:{finding.line}:{finding.column}: "
        f"{finding.severity}: {on_one_line(finding.message)} [{finding.rule}]\n"
        f"    {on_one_line(finding.remedy)}\n"
        for finding in report.told
    )
    return told + "".join(f"{report.name}: {more_of_a_rule(count)} [{rule}]\n" for rule, count in report.untold.items())


def more_of_a_rule(count: int) -> str:
    """That ``count`` findings of a rule are left out."""
    return f"{_counted(count, 'more finding')} of this rule {'is' if count == 1 else 'are'} not shown"


def as_json(reports: Sequence[LintReport]) -> str:
    """A list with one object per card."""
    return json.dumps(
        [
            {
                "name": report.name,
                "errors": report.count("error"),
                "warnings": report.count("warning"),
                "notes": report.count("note"),
                "findings": [
                    {
                        "rule": finding.rule,
                        "severity": finding.severity,
                        "line": finding.line,
                        "column": finding.column,
                        "message": finding.message,
                        "remedy": finding.remedy,
                    }
                    for finding in report.told
                ],
                "not_shown": dict(report.untold),
            }
            for report in reports
        ],
        indent=2,
    )


def as_github(report: LintReport, root: Path) -> str:
    """An annotation a line for each finding, and one for what is not told.

    Args:
        report: what was found; its name is the path of the card from the working directory.
        root: the folder that GitHub knows files from: that of the repository.
    """
    name = file_from(root, Path(report.name))
    told = [_annotation(name, finding) for finding in report.told]
    told += [
        annotation("notice", more_of_a_rule(count), file=name, title=rule) for rule, count in report.untold.items()
    ]
    return "".join(f"{line}\n" for line in told)


def _annotation(name: str, finding: Finding) -> str:
    message = f"{on_one_line(finding.message)}\n{on_one_line(finding.remedy)}"
    level = _GITHUB_LEVEL[finding.severity]
    return annotation(level, message, file=name, line=finding.line, col=finding.column, title=finding.rule)


def on_one_line(text: str) -> str:
    """``text`` on one line that prints: what a card says may hold line breaks and terminal codes."""
    return "".join(char if char.isprintable() else " " if char.isspace() else f"\\x{ord(char):02x}" for char in text)


def summary(reports: Sequence[LintReport]) -> str:
    """How much was found, in a line."""
    counts = [
        _counted(sum(report.count(severity) for report in reports), severity)
        for severity in _GITHUB_LEVEL
        if any(report.count(severity) for report in reports)
    ]
    cards = _counted(len(reports), "card")
    return f"{cards}: {', '.join(counts) if counts else 'nothing found'}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def rules_as_text() -> str:
    """A line per rule, in the registry's order."""
    width = max(len(rule.id) for rule in RULES)
    return "\n".join(f"{rule.id:<{width}}  {rule.severity:<7}  {rule.title}" for rule in RULES)


def rules_as_json() -> str:
    """A list with one object per rule."""
    return json.dumps([{"id": rule.id, "severity": rule.severity, "title": rule.title} for rule in RULES], indent=2)
