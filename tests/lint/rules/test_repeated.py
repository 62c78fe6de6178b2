from __future__ import annotations

import pytest

from cardgen.lint.rules.repeated import RULES
from tests.lint.asking import ask

LONG = "The model reads an English sentence and says whether it is friendly."


def test_a_heading_twice_in_one_place() -> None:
    (answer,) = ask(RULES, "# M\n\n## Use\n\na\n\n## Limits\n\nb\n\n## Use\n\nc\n")
    assert (answer.rule, answer.at.strip()) == ("heading-repeated", "## Use")


@pytest.mark.parametrize(
    "card", ["# M\n\n## A\n\n### Results\n\n## B\n\n### Results\n", "# M\n\n## A\n\n## B\n", "# A\n\n## A\n"]
)
def test_headings_that_differ_by_their_place(card: str) -> None:
    assert ask(RULES, card, "heading-repeated") == []


def test_a_list_item_twice() -> None:
    (answer,) = ask(RULES, "# M\n\n- small\n- fast\n- small\n", "text-repeated")
    assert answer.severity == "note"


def test_a_sentence_twice_in_one_section() -> None:
    (answer,) = ask(RULES, f"# M\n\n{LONG}\n\n- {LONG}\n", "text-repeated")
    assert answer.severity == "warning"


def test_a_paragraph_in_two_sections_is_a_note() -> None:
    (answer,) = ask(RULES, f"# M\n\n## PyTorch\n\n{LONG}\n\n## ONNX\n\n{LONG}\n", "text-repeated")
    assert answer.severity == "note"


def test_labels_in_two_sections() -> None:
    assert ask(RULES, "# M\n\nRun:\n\n1\n\nRun:\n\n## A\n\nLoad it:\n\n## B\n\nLoad it:\n", "text-repeated") == []


def test_a_module_listed_twice_is_the_finding_of_another_rule() -> None:
    name = "encoder.layer.9.output.dense.with.a.long.name"
    modules = f"The following modules fall back to FP32:\n\n- {name}\n- encoder.layer.8.fc1\n- {name}\n"
    assert ask(RULES, f"# gull-int8\n\n{modules}") == []
    assert len(ask(RULES, f"# gull-int8\n\n{modules.replace('fall back to FP32', 'are large')}")) == 1
