from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.document import Span
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.facts.model import Subject as Model
from cardgen.lint.reading.pairs import pairs
from cardgen.lint.reading.quantities import (
    agree,
    as_fraction,
    digits,
    higher_is_better,
    least_value,
    qualifiers,
    same_label,
    same_measure,
    scale,
    written,
)
from tests.lint.asking import subject_of

INT8 = Model("INT8", False, None)


def figure(value: str, label: str = "Accuracy", unit: str = "", quantity: str = "accuracy") -> Figure:
    return Figure(quantity, label, INT8, Decimal(value), unit, "table", Span(0, 1))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (figure("0.9037"), "fraction"),
        (figure("90.37"), "percent"),
        (figure("0.9", unit="%"), "percent"),
        (figure("0.9", label="Accuracy (%)"), "percent"),
        (figure("1.2"), None),
        (figure("12.1", quantity="perplexity"), None),
        (figure("-0.4", quantity="matthews_correlation"), "fraction"),
    ],
)
def test_the_scale_of_a_figure(found: Figure, expected: str | None) -> None:
    assert scale(found) == expected


@given(st.decimals(5, 100, places=4))
def test_percent_taken_off_keeps_every_digit(value: Decimal) -> None:
    found = as_fraction(figure(str(value)))
    assert found * 100 == value
    assert found.as_tuple().digits == value.as_tuple().digits


def test_figures_agree_across_scales_and_roundings() -> None:
    assert agree(figure("90.37"), figure("0.9037"))
    assert agree(figure("0.904"), figure("0.9037"))
    assert not agree(figure("0.9060"), figure("0.9037"))


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Accuracy (eval-accuracy)", set()),
        ("accuracy, onnx static INT8", set()),
        ("Top-5 accuracy", {"top", "5"}),
        ("accuracy mismatched", {"mismatched"}),
        ("accuracy macro test", {"macro", "test"}),
    ],
)
def test_words_that_make_another_measure(label: str, words: set[str]) -> None:
    assert qualifiers(label, "accuracy") == words


def test_measures_and_labels() -> None:
    assert same_measure(figure("1", "F1 (macro)", quantity="f1"), figure("1", "macro f1", quantity="f1"))
    assert not same_measure(figure("1", "F1 (macro)", quantity="f1"), figure("1", "F1 (micro)", quantity="f1"))
    assert not same_measure(figure("1"), figure("1", quantity="f1"))
    assert same_label(figure("1", "Accuracy (eval)"), figure("1", "accuracy: eval"))


def test_which_way_a_metric_improves() -> None:
    assert higher_is_better("rougeLsum") is True
    assert higher_is_better("wer") is False
    assert higher_is_better("owner/metric") is None
    assert least_value("matthews_correlation") == -1
    assert least_value("perplexity") is None


def test_numbers_in_messages() -> None:
    assert written(figure("0.490")) == "0.490"
    assert written(figure("625", unit="M")) == "625 M"
    assert digits(Decimal("7.8500"), places=2) == "7.85"
    assert digits(Decimal(100), places=2) == "100"
    assert len(digits(Decimal("1e999"))) < 20
    assert len(digits(Decimal("1e-999"))) < 20


def test_pairs_are_of_one_table_else_of_one_runtime() -> None:
    subject = subject_of("""
        # INT8 model
        ## PyTorch
        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy | 0.90 | 0.91 |
        ## ONNX
        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy | 0.80 | 0.81 |
    """)
    found = [
        (str(pair.figure.value), str(pair.baseline.value)) for pair in pairs(subject.document, subject.facts.figures)
    ]
    assert found == [("0.90", "0.91"), ("0.80", "0.81")]


def test_a_figure_between_two_baselines_has_none() -> None:
    subject = subject_of("""
        # INT8 model
        | | INT8 | FP32 | FP32 baseline |
        |---|---|---|---|
        | Accuracy | 0.90 | 0.91 | 0.95 |
    """)
    assert len(subject.facts.figures) == 3
    assert pairs(subject.document, subject.facts.figures) == ()
