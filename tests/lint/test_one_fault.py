"""One fault that shows in many places is one finding, with a count and its lines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cardgen.inherit.parse import parse_card
from cardgen.lint.engine import lint
from tests.lint.asking import ROOT

CARDS = ROOT / "tests" / "lint" / "cards"

HEAD = "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: acme/gull-4b\ntags: [int8]\n"
RESULT = """  - task: {type: %s, name: Text Generation}
    dataset: {name: %s, type: acme/%s}
    metrics:
    - {type: accuracy, value: 0.5}
"""
TASKS = ("Reranking", "STS", "Clustering", "Retrieval")


def card(body: str, more: str = "") -> str:
    return f"{HEAD}{more}---\n# gull-4b-int8\n{body}"


def index(*results: str) -> str:
    return "model-index:\n- name: gull-4b-int8\n  results:\n" + "".join(results)


@pytest.mark.parametrize(
    ("text", "rule", "place", "message"),
    [
        (card("\n# One\n\n# Two\n\n# Three\n"), "title-count", 9, "; 2 more times, on lines 11, 13"),
        (card("\n# One\n"), "title-count", 9, "level 1"),
        (
            card(
                "\n| apply_quantization | per_channel | accuracy |\n|---|---|---|\n| `False` | n/a | 0.911 |\n"
                "| `True` | `False` | 0.49 |\n| `True` | `True` | 0.48 |\n"
            ),
            "collapse",
            12,
            "; once more, on line 13",
        ),
        (
            card("\n", "metrics: [gulls_seen, gulls_heard, gulls_fed]\n"),
            "metric-unknown",
            6,
            "; 2 more times, on line 6",
        ),
        (
            card("\n[More Information Needed]\n\n## A\n\nmore information needed\n"),
            "placeholder",
            9,
            "; once more, on line 13",
        ),
        (card("\n" + "## A {{ model_id }}\n" * 3), "template-tag", 9, "; 2 more times, on lines 10, 11"),
        (card("\nIt is \ufffd or \ufffd.\n"), "replacement-character", 9, "; once more, on line 9"),
        (
            card("\n" + "The same sentence, which is long enough.\n\n" * 4),
            "text-repeated",
            11,
            "; 2 more times, on lines 13, 15",
        ),
        (card("\n" + "## Use\n" * 3), "heading-repeated", 10, "; once more, on line 11"),
        (
            card("\n" + "```python\nprint(model)\n```\n\n" * 3),
            "snippet-undefined",
            10,
            "; 2 more times, on lines 14, 18",
        ),
        (
            card("\n" + "```python\nfrom transformers import AutoModle\n```\n\n" * 2),
            "snippet-name",
            10,
            "; once more, on line 14",
        ),
        (
            card("\n" + "```python\nmodel = AutoModel.from_pretrained('acme/gull-4b')\n```\n\n" * 3),
            "snippet-model",
            10,
            "; 2 more times, on lines 14, 18",
        ),
        (card("", "datasets: [a]\n").replace("[int8]", "[a b, c d, e f]"), "tag-odd", 5, "; 2 more times, on line 5"),
    ],
)
def test_what_shows_often_is_told_once(text: str, rule: str, place: int, message: str) -> None:
    (finding,) = [finding for finding in lint(text, "README.md").findings if finding.rule == rule]
    assert finding.line == place
    assert finding.message.endswith(message)


@pytest.mark.parametrize("rule", ["split-missing", "revision-missing", "task-type-unknown"])
def test_what_a_bot_left_out_of_every_result_is_told_once(rule: str) -> None:
    results = [RESULT % (task, f"d{number}", f"d{number}") for number, task in enumerate(TASKS)]
    (finding,) = [found for found in lint(card("", index(*results)), "README.md").findings if found.rule == rule]
    assert finding.message.endswith(
        "; 3 more times, on lines " + {"task-type-unknown": "13, 17, 21"}.get(rule, "14, 18, 22")
    )


def test_what_is_wrong_with_every_result_of_an_index_is_told_once_a_kind() -> None:
    broken = [
        (RESULT % ("text-generation", number, number)).replace("}\n    metrics", ", config: , splits: x}\n    metrics")
        for number in "abcd"
    ]
    found = [
        finding
        for finding in lint(card("", index(*broken)), "README.md").findings
        if finding.rule == "metadata-invalid"
    ]
    assert [finding.message.partition(": ")[2].partition(";")[2] for finding in found] == [
        " 3 more times, on lines 14, 18, 22"
    ] * 2


def test_different_faults_stay_apart() -> None:
    text = card("\nTODO\n\n[add a link]\n\n```python\nx = = 1\n```\n\n```python\ny = = 1\n```\n")
    rules = [finding.rule for finding in lint(text, "README.md").findings]
    assert rules.count("placeholder") == rules.count("snippet-syntax") == 2


PLAIN = [path for path in sorted(CARDS.glob("*.md")) if parse_card(path.read_text(encoding="utf-8")).form == "plain"]


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
def test_a_card_that_says_everything_three_times_has_no_more_findings_of_a_kind(path: Path) -> None:
    """But for what only its being said again makes wrong, and for tables that are compared with each other."""
    source = path.read_text(encoding="utf-8")
    end = parse_card(source).head.end
    head, body = source[:end], source[end:]
    once = Counter(found.rule for found in lint(source, "README.md").findings)
    thrice = Counter(found.rule for found in lint(f"{head}{body}\n\n{body}\n\n{body}", "README.md").findings)
    assert {rule: count for rule, count in thrice.items() if 0 < once[rule] < count} == {}


def test_of_many_lines_the_first_are_listed() -> None:
    (finding,) = [found for found in lint(card("\n# T\n" * 30), "README.md").findings if found.rule == "title-count"]
    assert finding.message.endswith("; 29 more times, on lines 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, …")
