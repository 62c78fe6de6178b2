from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.inherit.document import Span
from cardgen.lint.engine import Finding, lint
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.registry import RULES
from tests.growth import no_hang
from tests.lint.asking import OWN_CARDS

CARD = "---\ntags: [int8]\npipeline_tag: text-classification\nbase_model: owner/model\n---\n# INT8 model\n\nWORDS\n"


def test_findings_have_places_and_stand_in_order() -> None:
    report = lint("---\ntags: [int8, quantised]\n---\n# Model\n\nTODO\n", "README.md")
    assert report.name == "README.md"
    places = [(finding.line, finding.column) for finding in report.findings]
    assert places == sorted(places)
    assert (
        Finding(
            "tag-near-miss",
            "warning",
            2,
            14,
            "the tag `quantised` is not `quantized`, by which people search",
            "write `quantized`",
            2,
            23,
        )
        in report.findings
    )
    assert (6, 1) in places


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_are_counted_with_any_ending(ending: str) -> None:
    card = "---\nlicense: mit\n---\n# Model\n\nTODO\n".replace("\n", ending)
    (finding,) = [finding for finding in lint(card, "c").findings if finding.rule == "placeholder"]
    assert (finding.line, finding.column) == (6, 1)


def test_a_finding_is_told_once_and_errors_come_first() -> None:
    def twice(_subject: Subject) -> Iterator[Found]:
        for severity in ("note", "error", "note"):
            yield Found(Span(0, 1), "is odd", "make it even", severity)

    rule = Rule("odd", "warning", "Odd things.", twice)
    findings = lint("# Model\n", "c", (rule, rule)).findings
    assert [finding.severity for finding in findings] == ["error", "note"]


def test_what_the_card_discloses_is_a_note() -> None:
    def severity(words: str) -> tuple[str, str]:
        (finding,) = [f for f in lint(CARD.replace("WORDS", words), "c").findings if f.rule == "license-missing"]
        return finding.severity, finding.message

    comment = "<!-- cardgen:disclosed license-missing -->"
    assert severity("No words.")[0] == "warning"
    assert severity(comment)[0] == "warning"
    told = severity(f"Its licence is not known. {comment}")
    assert told[0] == "note"
    assert told[1].endswith("(the card discloses it)")


def test_counts() -> None:
    report = lint(CARD.replace("WORDS", "Ends with \ufffd."), "c")
    assert (report.count("error"), report.count("warning")) == (1, 1)


def test_rules_have_ids_of_their_own_and_say_what_they_look_for() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    for rule in RULES:
        assert rule.id == rule.id.lower().replace("_", "-").replace(" ", "-")
        assert rule.title.endswith(".")
        assert rule.title[0].isupper() or rule.title[0] == "`"


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_cards_of_cardgen_have_no_fault_but_true_ones(path: Path) -> None:
    card = path.read_text(encoding="utf-8")
    wrong = {finding.rule for finding in lint(card, "c").findings if finding.severity != "note"}
    assert wrong == ({"license-missing"} if "\nlicense:" not in card else set())


PIECES = [
    *(
        "# ",
        "## ",
        "---\n",
        "```python\n",
        "```\n",
        "|",
        "|---|---|\n",
        "\n\n",
        "- ",
        "> ",
        "<!-- ",
        "-->",
        "<b>",
        "@misc{",
    ),
    *(
        "model-index:\n",
        "tags:\n",
        "  - a\n",
        "Â®",
        "{{ x }}",
        "from x import y\n",
        "0.91 ",
        "INT8 ",
        "FP32 ",
        "TODO",
        ">>> ",
    ),
]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_any_text_is_a_card(text: str) -> None:
    lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for finding in lint(text, "c").findings:
        assert 1 <= finding.line <= lines
        assert finding.column >= 1
        assert finding.message
        assert finding.remedy


HOSTILE = [
    "|" * 30_000,
    "a|" * 15_000 + "\n" + "-|" * 15_000,
    "`" * 30_000,
    "[" * 10_000,
    "{{ " * 10_000,
    "{%" * 15_000,
    "<!--" * 8_000,
    "â€" * 15_000,
    "Ã" * 30_000,
    "- " * 10_000,
    "> " * 5_000,
    "```python\n" + "(" * 20_000 + "\n```",
    "```python\n" + "x = " * 5_000 + "1\n```",
    "```bibtex\n" + "@a{" * 10_000 + "\n```",
    "---\ntags: [" + "a, " * 500 + "a]\n---\n",
    "word " * 10_000,
    "a: " * 10_000,
    "1.0 " * 10_000,
    "# a\n" * 3_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8].strip())
def test_a_hostile_card_does_not_hang(text: str) -> None:
    with no_hang():
        lint(text, "c")
