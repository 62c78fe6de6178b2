"""Findings in the Static Analysis Results Interchange Format, SARIF 2.1.0, which code scanning and editors read.

Source of the format: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0, Errata 01"; of what code
scanning makes of it: GitHub's documentation, "SARIF support for code scanning".
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import cardgen
from cardgen.lint.engine import Finding, LintReport
from cardgen.lint.finding import Rule, Severity
from cardgen.lint.presentation import more_of_a_rule, on_one_line
from cardgen.lint.registry import RULES

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://github.com/cardgen/cardgen"
_PAGE = f"{_HOME}/blob/main/docs/lint.md"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "cardgenLine/v1"
_LEVEL: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "note"}
_INDEX = {rule.id: index for index, rule in enumerate(RULES)}


def as_sarif(reports: Sequence[LintReport], root: Path) -> str:
    """One log with one run over all cards.

    Args:
        reports: what was found; :attr:`LintReport.name` is the path of the card from the working directory.
        root: the folder that places are relative to: that of the repository. A card outside it has a ``file:`` URI.
    """
    run = {
        "tool": {
            "driver": {
                "name": "cardgen",
                "semanticVersion": cardgen.__version__,
                "informationUri": _HOME,
                "rules": [_rule(rule) for rule in RULES],
            }
        },
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_left_out(reports, root))}],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository that the cards stand in."}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\r", "\n"],
        "results": [result for report in reports for result in _results(report, root)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: Rule) -> dict[str, Any]:
    disclose = (
        f"Each finding says what to do. Where the card has to stay as it is, tell its readers so, with "
        f"<!-- cardgen:disclosed {rule.id} --> beside those words; findings of the rule are notes then."
    )
    return {
        "id": rule.id,
        "shortDescription": {"text": _text(rule.title)},
        "fullDescription": {"text": _text(f"{rule.title} {_MEANS[rule.severity]}")},
        "helpUri": f"{_PAGE}#the-rules",
        "help": {"text": disclose, "markdown": disclose.replace("<!--", "`<!--").replace("-->", "-->`")},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
    }


_MEANS: dict[Severity, str] = {
    "error": "Unless a finding says otherwise, it is untrue, broken, or refused by the Hub.",
    "warning": "Unless a finding says otherwise, something is missing or doubtful.",
    "note": "Unless a finding says otherwise, something could be better.",
}


def _results(report: LintReport, root: Path) -> Iterator[dict[str, Any]]:
    lines = report.lines
    seen: Counter[tuple[str, str]] = Counter()
    for finding in report.told:
        line = " ".join(lines[finding.line - 1].split())
        seen[finding.rule, line] += 1
        yield {
            "ruleId": finding.rule,
            "ruleIndex": _INDEX[finding.rule],
            "level": _LEVEL[finding.severity],
            "message": {"text": _message(finding)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": _artifact(report.name, root),
                        "region": {
                            "startLine": finding.line,
                            "startColumn": finding.column,
                            "endLine": finding.end_line,
                            "endColumn": finding.end_column,
                        },
                    }
                }
            ],
            "partialFingerprints": {_FINGERPRINT: _fingerprint(finding.rule, line, seen[finding.rule, line])},
        }


def _fingerprint(rule: str, line: str, times: int) -> str:
    """What a finding is known by wherever its line moves: the rule, the line's words, and which such finding it is."""
    told = json.dumps([rule, line, times], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _left_out(reports: Sequence[LintReport], root: Path) -> Iterator[dict[str, Any]]:
    for report in reports:
        for rule, count in report.untold.items():
            yield {
                "level": "note",
                "message": {"text": more_of_a_rule(count)},
                "associatedRule": {"id": rule, "index": _INDEX[rule]},
                "locations": [{"physicalLocation": {"artifactLocation": _artifact(report.name, root)}}],
            }


def _message(finding: Finding) -> str:
    """What is wrong and, on a line of its own, what to do."""
    return _text(f"{on_one_line(finding.message)}\n{on_one_line(finding.remedy)}")


def _text(text: str) -> str:
    """A message that says ``text``: no placeholder of the format (3.11.5), and no link (3.11.6)."""
    if "](" in text:
        text = text.replace("[", "\\[").replace("]", "\\]")
    return text.replace("{", "{{").replace("}", "}}")


def _artifact(name: str, root: Path) -> dict[str, str]:
    path = Path(os.path.normpath(Path(name).absolute()))
    if path.is_relative_to(root):
        return {"uri": quote(path.relative_to(root).as_posix()), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}
