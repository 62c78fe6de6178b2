from __future__ import annotations

import pytest

from cardgen.lint.rules.placeholders import RULES
from tests.lint.asking import ask


@pytest.mark.parametrize(
    "text",
    [
        *("[More Information Needed]", "more information needed", "[Insert a table]", "[add the licence]"),
        *("[Your name here]", "[optional]", "Coming soon", "Lorem Ipsum", "TODO", "TBD", "TBA", "FIXME", "XXX"),
        *("To be filled in", "to be filled", "to be completed", "to be added", "to be determined", "to be announced"),
        "To be done",
    ],
)
def test_words_that_hold_a_place(text: str) -> None:
    (answer,) = ask(RULES, f"# Model\n\n## Limits\n\n{text}\n", "placeholder")
    assert answer.at.casefold() in text.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "Extracts every todo from a mail.",
        "`TODO` is a label.",
        "```text\nTODO\n```",
        "<!-- TODO -->",
        "<!--\n[More Information Needed]\n-->",
        "[optional](#optional) arguments",
    ],
)
def test_words_that_mean_something(text: str) -> None:
    assert ask(RULES, f"# Model\n\n{text}\n", "placeholder") == []


@pytest.mark.parametrize("tag", ['{{ model_id | default("Model ID", true) }}', "{{ repo.name }}", "{% if license %}"])
def test_a_template_that_was_not_filled_in(tag: str) -> None:
    (answer,) = ask(RULES, f"# {tag}\n", "template-tag")
    assert (answer.at, answer.severity) == (tag, "warning")


@pytest.mark.parametrize("text", ["`{{ model_id }}`", "```jinja\n{% if x %}\n```", "{ a } and {b}", "100 {% of %} it"])
def test_braces_that_are_no_template(text: str) -> None:
    assert ask(RULES, f"# Model\n\n{text}\n", "template-tag") == []


def test_braces_that_may_be_a_template_are_a_note() -> None:
    (answer,) = ask(RULES, "# Model\n\nIt writes {{ braces }}.\n", "template-tag")
    assert answer.severity == "note"


def test_dashes_in_a_table_of_descriptions() -> None:
    card = (
        "# M\n\n| Factors | Description |\n|---|---|\n| Groups | Readers |\n| Environment | - |\n| Hardware | None |\n"
    )
    answers = ask(RULES, card, "value-empty")
    assert [(answer.at, answer.severity) for answer in answers] == [("-", "warning"), ("None", "warning")]
    assert "Environment" in answers[0].message


def test_a_dash_among_figures_is_a_note() -> None:
    card = "# M\n\n| | INT8 | FP32 |\n|---|---|---|\n| Accuracy | 0.91 | - |\n| F1 | - | - |\n"
    (answer,) = ask(RULES, card, "value-empty")
    assert answer.severity == "note"
    assert "3 cells" in answer.message


@pytest.mark.parametrize(
    ("line", "found"), [("* **Author**: None", 1), ("Date: -", 1), ("Nodes: none", 0), ("It: a - b", 0)]
)
def test_a_value_after_a_colon(line: str, found: int) -> None:
    assert len(ask(RULES, f"# M\n\n{line}\n", "value-empty")) == found


def test_a_label_of_the_hubs_template_is_a_note() -> None:
    (answer,) = ask(RULES, "# M\n\n- **Funded by [optional]:** nobody\n", "placeholder")
    assert answer.severity == "note"


def test_a_template_is_told_of_once() -> None:
    (answer,) = ask(RULES, '# M\n\n{{ demo | default("[More Information Needed]", true) }}\n')
    assert answer.rule == "template-tag"


@pytest.mark.parametrize("cell", ["(pending)", "in flight", "WIP", "not yet run", "(in progress) ¹"])
def test_a_cell_whose_value_is_to_come(cell: str) -> None:
    card = f"# Gull\n\n| Task | INT8 | FP32 |\n|---|---|---|\n| MMLU | {cell} | 0.7 |\n"
    (answer,) = ask(RULES, card, "value-empty")
    assert answer.at == cell
    assert ask(RULES, card.replace(cell, "runs"), "value-empty") == []


@pytest.mark.parametrize(
    "text", ["At commit `{{REVISION}}`.", "| A | B |\n|---|---|\n| Size | `{{FILE_SIZE_MB}}` MB |"]
)
def test_a_variable_in_capitals_in_a_code_span(text: str) -> None:
    (answer,) = ask(RULES, f"# Gull\n\n{text}\n", "template-tag")
    assert answer.severity == "warning"
    assert ask(RULES, "# Gull\n\nWrite `{{ prompt }}` and `{{ Name }}`.\n", "template-tag") == []
