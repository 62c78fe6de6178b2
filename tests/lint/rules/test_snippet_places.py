"""Findings on code point at the line that they are about, however the card wraps it."""

from __future__ import annotations

import pytest

from cardgen.lint.engine import lint

HEAD = "---\nlicense: mit\n---\n# gull\n\n"
CODE = [
    "from transformers import AutoModel, AutoModle, Trainer",
    "",
    'text = "a\u2028b\x0cc\x85d"',
    "",
    "print(one)",
    "model = AutoModel('acme/gull'); other = AutoModel('acme/gull')",
    "print(AutoModelForNothing, two)",
]
WRAPPED = {
    "plain": ("", ""),
    "in a list": ("- text\n\n  ", "  "),
    "in an ordered list": ("10. ", "    "),
    "in a quote": ("> text\n>\n> ", "> "),
    "in a quote without a space": (">", ">"),
    "in a list of a quote": ("> - ", ">   "),
    "in a nested list": ("- a\n  - b\n\n    ", "    "),
    "indented": ("  ", "  "),
    "of a session": (">>> ", ">>> "),
}


def wrapped(how: str) -> str:
    lead, mark = WRAPPED[how]
    lines = [f">>> {line}" for line in CODE] if how == "of a session" else CODE
    lead, mark = ("", "") if how == "of a session" else (lead, mark)
    shown = ["```python", *lines, "```"]
    return HEAD + lead + f"\n{mark}".join(shown) + "\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("how", WRAPPED)
def test_each_finding_has_its_own_place(how: str, end: str) -> None:
    card = wrapped(how).replace("\n", end)
    found = [finding for finding in lint(card, "README.md").findings if finding.rule.startswith("snippet-")]
    lines = card.split(end)
    places = {(finding.rule, lines[finding.line - 1][finding.column - 1 :][:12]) for finding in found}
    assert places == {
        ("snippet-name", "AutoModle, T"),
        ("snippet-constructor", "AutoModel('a"),
        ("snippet-undefined", "one)"),
        ("snippet-undefined", "AutoModelFor"),
        ("snippet-undefined", "two)"),
    }
    (constructor,) = [finding for finding in found if finding.rule == "snippet-constructor"]
    assert "; once more, on line " in constructor.message


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("how", [how for how in WRAPPED if how != "of a session"])
def test_code_that_does_not_parse_is_told_with_its_line(how: str, end: str) -> None:
    card = wrapped(how).replace("print(one)", "print one").replace("\n", end)
    (finding,) = [finding for finding in lint(card, "README.md").findings if finding.rule == "snippet-syntax"]
    assert card.split(end)[finding.line - 1].endswith("print one")


def test_two_blocks_that_fail_alike_are_two_findings_and_one_that_stands_twice_is_one() -> None:
    card = HEAD + "```python\nx = = 1\n```\n\n```python\ny = = 1\n```\n\n```python\nx = = 1\n```\n"
    first, second = (found for found in lint(card, "README.md").findings if found.rule == "snippet-syntax")
    assert (first.line, second.line) == (7, 11)
    assert first.message.endswith("; once more, on line 15")
    assert "once more" not in second.message
