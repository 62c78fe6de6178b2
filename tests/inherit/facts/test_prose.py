from __future__ import annotations

import pytest

from tests.inherit.facts.cards import facts_of, rows, written

TITLE = "# An INT8 model\n\n"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The accuracy drops from 0.9106 to 0.9037.", [("accuracy", True, "0.9106"), ("accuracy", False, "0.9037")]),
        ("The model size is 625 MB.", [("size", False, "625")]),
        ("It has an accuracy of 90.37% (FP32: 91.06%).", [("accuracy", False, "90.37"), ("accuracy", True, "91.06")]),
        (
            "The F1 of the INT8 model is 0.8626, while the original has 0.8687.",
            [("f1", False, "0.8626"), ("f1", True, "0.8687")],
        ),
        ("The model size is reduced from 1669 MB to 625 MB.", [("size", True, "1669"), ("size", False, "625")]),
        ("Accuracy: 0.9037", [("accuracy", False, "0.9037")]),
        ("- eval_accuracy: 0.9037", [("accuracy", False, "0.9037")]),
        ("The FP32 accuracy is 0.9106.", [("accuracy", True, "0.9106")]),
        ("It reaches 0.9037 accuracy.", [("accuracy", False, "0.9037")]),
    ],
)
def test_a_sentence_gives_figures(sentence: str, expected: list[tuple[str, bool, str]]) -> None:
    card = TITLE + sentence + "\n"
    figures = facts_of(card).figures
    assert [(figure.quantity, figure.subject.baseline, str(figure.value)) for figure in figures] == expected
    assert [written(card, figure.span) for figure in figures] == [value for _quantity, _baseline, value in expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "The relative accuracy loss is below 1 %.",
        "At most 1% accuracy loss.",
        "An accuracy loss of 0.76%.",
        "In 15% of the cases the word is masked, 80.5% of them by a mark.",
        "A vocabulary size of 30,000 and a batch size of 8.",
        "For comparison, bert-base-uncased has an accuracy of 92.7 %.",
        "Mixed precision training took 2.5 hours.",
        "Accuracy is 0.490 in one run.",
        "accuracy over 3 seeds",
        "It needs 625 MB of memory whatever the size.",
    ],
)
def test_what_is_no_figure(sentence: str) -> None:
    assert facts_of(TITLE + sentence + "\n").figures == ()


def test_the_headline_of_a_card_of_our_own() -> None:
    card = (
        "- `pytorch`: accuracy 0.9342 against 0.9345 in FP32 (−0.0003, within noise), "
        "in 0.91 MB against 3.11 MB (29.4 % of the size).\n"
    )
    assert rows(facts_of("# A model in INT8\n\n" + card)) == [
        ("accuracy", "pytorch", "0.9342", ""),
        ("accuracy", "FP32*", "0.9345", ""),
        ("size", "pytorch", "0.91", "MB"),
        ("size", "baseline*", "3.11", "MB"),
    ]
