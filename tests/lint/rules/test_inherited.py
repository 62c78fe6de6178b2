from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.inherited import RULES
from tests.lint.asking import OWN_CARDS, ask

EXPORT = """
    ---
    tags: [onnx]
    ---
    # ONNX export of small-model

    It predicts masked words.

    ## Evaluation results

    Fine-tuned on the tasks of GLUE, this model reaches:

    | Task | MNLI | QQP |
    |---|---|---|
    | | 82.2 | 88.5 |
"""


def test_results_that_read_as_the_exports_own() -> None:
    (answer,) = ask(RULES, EXPORT, "evaluation-inherited")
    assert answer.rule == "evaluation-inherited"
    assert answer.at.startswith("| Task |")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("this model reaches", "the base model reaches"),
        ("this model reaches", "the export reaches"),
        ("## Evaluation results", "## Evaluation results of the original model"),
        ("| Task |", "| ONNX |"),
        ("ONNX export of small-model", "INT8 small-model, post-training dynamic quantization"),
        ("| | 82.2 | 88.5 |", "| | yes | no |"),
        ("## Evaluation results", "## Training tasks"),
    ],
)
def test_results_of_which_the_card_says_whose_they_are(old: str, new: str) -> None:
    card = EXPORT.replace(old, new)
    if new.startswith("INT8"):
        card = card.replace("[onnx]", "[onnx, int8]")
    assert ask(RULES, card, "evaluation-inherited") == []


REACHED = """
    ---
    tags: [onnx]
    ---
    # ONNX export of small-model

    A checkpoint that was fine-tuned on SST-2. This model reaches an accuracy of 91.3 on its dev set.
"""


def test_a_sentence_that_reads_as_the_exports_own() -> None:
    (answer,) = ask(RULES, REACHED, "evaluation-inherited")
    assert answer.message.startswith("`This model reaches an accuracy` with a score")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("This model reaches", "The base model reaches"),
        ("This model reaches", "As its authors have reported by mail, this model reaches"),
        ("This model reaches", "Exported, this model reaches"),
        ("an accuracy of 91.3 on its dev set", "people who label reviews"),
        ("ONNX export of small-model", "small-model in INT8, post-training dynamic quantization"),
    ],
)
def test_a_sentence_that_says_whose_it_is_or_nothing(old: str, new: str) -> None:
    assert ask(RULES, REACHED.replace(old, new), "evaluation-inherited") == []


def test_a_card_of_a_model_that_is_no_export() -> None:
    card = EXPORT.replace("tags: [onnx]", "license: mit").replace("ONNX export of small-model", "small-model")
    assert ask(RULES, card, "evaluation-inherited") == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_cards_of_cardgen(path: Path) -> None:
    assert ask(RULES, path.read_text(encoding="utf-8")) == []


def test_an_export_without_its_facts() -> None:
    (answer,) = ask(
        RULES,
        "# ONNX export of small-model\n\nIt takes opset 17; trained on a 16 GB V100, of any vocabulary size.\n",
        "export-facts-missing",
    )
    assert answer.severity == "note"
    assert "opset" not in answer.message
    assert "its size" in answer.message


def test_an_export_with_its_facts() -> None:
    card = "# ONNX export of small-model\n\nOpset 17, 265.5 MB, within a tolerance of 1e-4.\n"
    assert ask(RULES, card, "export-facts-missing") == []
