from __future__ import annotations

import json
from pathlib import Path

from cardgen.lint.engine import Finding, LintReport
from cardgen.lint.presentation import as_github, as_json, as_text, rules_as_json, rules_as_text, summary
from cardgen.lint.registry import RULES

REPORT = LintReport(
    "cards/a,b:c/README.md",
    (
        Finding("mojibake", "error", 3, 7, "`Â®` is 100% wrong:\nsay `®`", "write `®`, please", 3, 9),
        Finding("license-missing", "note", 1, 1, "no \x1b[31mlicense", "name one", 1, 4),
    ),
    "---\n\n  text Â®\n",
)


def test_text_is_a_line_and_its_remedy() -> None:
    assert as_text(REPORT) == (
        "cards/a,b:c/README.md:3:7: error: `Â®` is 100% wrong: say `®` [mojibake]\n"
        "    write `®`, please\n"
        "cards/a,b:c/README.md:1:1: note: no \\x1b[31mlicense [license-missing]\n"
        "    name one\n"
    )


def test_annotations_of_github_are_escaped() -> None:
    first, second = as_github(REPORT, Path.cwd()).splitlines()
    assert first == (
        "::error file=cards/a%2Cb%3Ac/README.md,line=3,col=7,title=mojibake"
        "::`Â®` is 100%25 wrong: say `®`%0Awrite `®`, please"
    )
    assert second.startswith("::notice file=")


def test_json_holds_everything() -> None:
    (report,) = json.loads(as_json([REPORT]))
    assert (report["name"], report["errors"], report["warnings"], report["notes"]) == (REPORT.name, 1, 0, 1)
    assert report["findings"][0] == {
        "rule": "mojibake",
        "severity": "error",
        "line": 3,
        "column": 7,
        "message": "`Â®` is 100% wrong:\nsay `®`",
        "remedy": "write `®`, please",
    }


MANY = LintReport(
    "README.md",
    (
        *(Finding("value-empty", "note", line, 1, "it is empty", "fill it", 1, 1) for line in range(1, 121)),
        Finding("value-empty", "error", 121, 1, "it is empty", "fill it", 1, 1),
        Finding("mojibake", "error", 122, 1, "it is misread", "write it", 122, 2),
    ),
    "\n" * 130,
)


def test_of_one_rule_fifty_findings_are_shown_and_the_rest_counted() -> None:
    assert [finding.line for finding in MANY.told] == [*range(1, 50), 121, 122]
    *lines, last = as_text(MANY).splitlines()
    assert len(lines) == 2 * 51
    assert last == "README.md: 71 more findings of this rule are not shown [value-empty]"
    *annotations, more = as_github(MANY, Path.cwd()).splitlines()
    assert len(annotations) == 51
    assert more == "::notice file=README.md,title=value-empty::71 more findings of this rule are not shown"
    (report,) = json.loads(as_json([MANY]))
    assert (len(report["findings"]), report["not_shown"], report["notes"]) == (51, {"value-empty": 71}, 120)
    assert summary([MANY]) == "1 card: 2 errors, 120 notes"


def test_summary() -> None:
    assert summary([REPORT, REPORT]) == "2 cards: 2 errors, 2 notes"
    assert summary([LintReport("a", (), "")]) == "1 card: nothing found"


def test_every_rule_is_listed() -> None:
    assert [line.split()[0] for line in rules_as_text().splitlines()] == [rule.id for rule in RULES]
    assert [rule["id"] for rule in json.loads(rules_as_json())] == [rule.id for rule in RULES]
