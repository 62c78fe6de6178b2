from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.splits import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed


def card(text: str, split: str = "test") -> str:
    return f"""
---
base_model: owner/model
model-index:
  - name: model-int8
    results:
      - task: {{type: summarization}}
        dataset: {{type: xsum, name: XSum, split: {split}}}
        metrics:
          - {{type: rouge1, value: 0.41}}
---
# INT8 model

{text}
"""


@pytest.mark.parametrize(
    "text",
    [
        "Evaluated on the validation split.",
        "The scores are measured on the XSum dev set.",
        "Results on the validation set of XSum:",
    ],
)
def test_another_split_than_that_of_model_index(text: str) -> None:
    (answer,) = ask(RULES, card(text), "evaluation-split")
    assert answer.at in ("validation", "dev")


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("Evaluated on the validation split.", "validation"),
        ("Evaluated on the dev set.", "validation_matched"),
        ("Evaluated on the validation and, for the metadata, on the test split.", "test"),
        ("Evaluated on the test set and scored on the validation set.", "test"),
        ("Evaluated on the validation split.", "my_split"),
        ("Calibrated on the validation split.", "test"),
        ("The model was trained on the train split.", "test"),
        ("The results of calibration on the validation split are kept.", "test"),
    ],
)
def test_no_other_split(text: str, split: str) -> None:
    assert ask(RULES, card(text, split), "evaluation-split") == []


def test_calibration_on_what_the_text_evaluates_on() -> None:
    text = "Calibrated on 128 samples of the validation split; evaluated on the validation split."
    (answer,) = ask(RULES, card(text), "calibration-evaluated")
    assert answer.severity == "error"
    assert ask(RULES, card(text, "validation"), "calibration-evaluated") == [], "another rule tells of it"
    assert (
        ask(
            RULES,
            card(text.replace("Calibrated on 128 samples of the validation", "Calibrated on the train")),
            "calibration-evaluated",
        )
        == []
    )


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
