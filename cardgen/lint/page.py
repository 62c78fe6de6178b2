"""Findings as one HTML page: each card's source, with what was found beside its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cardgen.lint.engine import Finding, LintReport
from cardgen.lint.finding import Severity
from cardgen.lint.presentation import more_of_a_rule, summary
from cardgen.pages.render import render_page


@dataclass(frozen=True)
class _Part:
    text: str
    marked: bool


@dataclass(frozen=True)
class _Line:
    number: int
    parts: tuple[_Part, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Card:
    name: str
    counts: dict[Severity, int]
    findings: tuple[Finding, ...]
    left_out: tuple[tuple[str, str], ...]
    lines: tuple[_Line, ...]


def as_html(reports: Sequence[LintReport]) -> str:
    """The page over all cards, which needs nothing beside it and runs no script."""
    return render_page("lint.html.jinja", summary=summary(reports), cards=[_card(report) for report in reports])


def _card(report: LintReport) -> _Card:
    of_line: dict[int, list[Finding]] = {}
    for finding in report.told:
        of_line.setdefault(finding.line, []).append(finding)
    lines = tuple(
        _Line(number, tuple(_parts(line, of_line.get(number, ()))), tuple(of_line.get(number, ())))
        for number, line in enumerate(report.lines, 1)
    )
    counts: dict[Severity, int] = {severity: report.count(severity) for severity in ("error", "warning", "note")}
    left_out = tuple((rule, more_of_a_rule(count)) for rule, count in report.untold.items())
    return _Card(report.name, counts, report.told, left_out, lines)


def _parts(line: str, findings: Iterable[Finding]) -> Iterator[_Part]:
    """The line, taken apart where what was found begins and ends in it."""
    done = 0
    for start, end in sorted(_stretch(line, finding) for finding in findings):
        if end > done:
            begin = max(start, done)
            yield _Part(line[done:begin], marked=False)
            yield _Part(line[begin:end], marked=True)
            done = end
    yield _Part(line[done:], marked=False)


def _stretch(line: str, finding: Finding) -> tuple[int, int]:
    end = finding.end_column - 1 if finding.end_line == finding.line else len(line)
    return finding.column - 1, min(end, len(line))
