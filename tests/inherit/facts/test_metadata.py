from __future__ import annotations

import pytest

from tests.inherit.facts.cards import facts_of, rows, written

CARD = """\
---
model-index:
- name: answers-int8
  results:
  - task: {{type: question-answering}}
    dataset: {{type: squad, name: SQuAD}}
    metrics:
    - type: {type}
      value: {value}
      name: {name}
---
# Answers
"""


def test_a_value_keeps_the_digits_that_the_card_writes() -> None:
    card = CARD.format(type="accuracy", value="0.490", name="Accuracy")
    (figure,) = facts_of(card).figures
    assert str(figure.value) == "0.490"
    assert written(card, figure.span) == "0.490"
    assert figure.metadata_path == ("model-index", 0, "results", 0, "metrics", 0, "value")
    assert (figure.place, figure.dataset, figure.subject.label) == ("metadata", "SQuAD", "answers-int8")


@pytest.mark.parametrize(
    ("kind", "name", "quantity"),
    [
        ("f1", "F1", "f1"),
        ("rouge", "Rouge1", "rouge1"),
        ("my_metric", "Mine", "my_metric"),
        ("accuracy", "x", "accuracy"),
    ],
)
def test_the_quantity_is_the_metrics_type(kind: str, name: str, quantity: str) -> None:
    assert [figure.quantity for figure in facts_of(CARD.format(type=kind, value=1.5, name=name)).figures] == [quantity]


def test_a_text_with_a_percent_sign_is_a_value() -> None:
    assert rows(facts_of(CARD.format(type="f1", value='"88.50%"', name="F1"))) == [("f1", "answers-int8", "88.50", "%")]


@pytest.mark.parametrize("value", ["true", "[1, 2]", "{a: 1}", "null", "n/a"])
def test_what_is_no_single_number(value: str) -> None:
    assert facts_of(CARD.format(type="f1", value=value, name="F1")).figures == ()


def test_a_metrics_name_tells_the_variant() -> None:
    facts = facts_of(CARD.format(type="f1", value=0.9, name='"F1 (macro), onnx static INT8, reported"'))
    assert facts.figures[0].subject.runtime == "onnx"
    assert facts.figures[0].subject.label == "onnx static INT8"


def test_the_runs_of_a_sweep_are_told_apart() -> None:
    name = '"Accuracy, framework onnxruntime, apply_quantization false, reported"'
    (figure,) = facts_of(CARD.format(type="accuracy", value=0.911, name=name)).figures
    assert figure.subject.label == "framework onnxruntime, apply_quantization false"
    assert figure.subject.baseline
