from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.claims import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

TABLE = """
| | INT8 | FP32 |
|---|---|---|
| Accuracy | 0.9037 | 0.9106 |
| Model size (MB) | 74.7 | 265 |
| Latency (ms) | 40.0 | 84.0 |
"""
MEMORY = """
| Model | Memory (GB) | MMLU |
|---|---|---|
| gull-4b | 8.75 | 60.2 |
| gull-4b-int8 | 3.88 | 60.1 |
"""


def card(sentence: str, table: str = TABLE) -> str:
    return f"# INT8 model\n\n{sentence}\n{table}\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "MMLU rose from 0.352 to 0.431 (+29 %).",
        "The size went from 265 MB to 74.7 MB (a reduction of 75 %).".replace("a reduction of ", "-"),
        "Latency fell from 84 ms to 40 ms (3.1x).",
    ],
)
def test_a_change_that_is_not_that_of_its_figures(sentence: str) -> None:
    (answer,) = ask(RULES, card(sentence), "change-claim")
    assert answer.severity == "warning"


@pytest.mark.parametrize(
    "sentence",
    [
        "MMLU rose from 0.352 to 0.431 (+22 %).",
        "MMLU rose from 0.352 to 0.431 (+22.4 %).",
        "MMLU rose from 0.352 to 0.431 (7.9 %).",
        "The size went from 265 MB to 74.7 MB (-72 %).",
        "The size went from 1.2 GB to 300 MB (-75 %).",
        "Latency fell from 84 ms to 40 ms (2.1x).",
        "It went from 3 to 4 stars (99 people).",
        "It was cut from 12 to 6 (40% faster) layers.",
        "Accuracy went from 91.06 % to 90.37 % (-0.76 %).",
    ],
)
def test_a_change_that_may_be_that_of_its_figures(sentence: str) -> None:
    assert ask(RULES, card(sentence), "change-claim") == []


@pytest.mark.parametrize(
    ("sentence", "table"),
    [
        ("It takes 3x less than the original.", MEMORY),
        ("It needs 4x less memory.", MEMORY),
        ("The model is 2x smaller.", TABLE),
        ("The model is 5.2x smaller.", TABLE),
        ("It is about 6x smaller.", TABLE),
        ("The model is 50% smaller.", TABLE),
        ("It runs 4x faster.", TABLE),
        ("It gives a 3.4x speedup.", TABLE),
        ("It is more than 5x smaller.", TABLE),
        ("Its size is 22.9 MB (FP32: 90.9 MB, 60 % smaller).", ""),
    ],
)
def test_a_factor_that_is_not_that_of_the_figures(sentence: str, table: str) -> None:
    (answer,) = ask(RULES, card(sentence, table), "factor-claim")
    assert "is claimed" in answer.message
    assert answer.at in sentence.replace("x", " ").replace("%", " ").split()


@pytest.mark.parametrize(
    ("sentence", "table"),
    [
        ("It takes 2.3x less than the original.", MEMORY),
        ("The model is 4x smaller.", TABLE),
        ("The model is 3.5x smaller.", TABLE),
        ("It is almost 4x smaller.", TABLE),
        ("The model is 72% smaller.", TABLE),
        ("It runs 2x faster.", TABLE),
        ("It runs over 2x faster.", TABLE),
        ("It runs 6x faster than PyTorch.", TABLE),
        ("With batches of 32 it runs 6x faster.", TABLE),
        ("INT8 can be up to 4x faster.", TABLE),
        ("DistilBERT is 60% faster and 40% smaller than BERT.", TABLE),
        ("It is 9x smaller.", "\n| Model | MMLU |\n|---|---|\n| a | 60.2 |\n| b | 60.1 |\n"),
        ("It is 9x smaller.", ""),
        ("Its size is 22.9 MB (FP32: 90.9 MB, 75 % smaller).", TABLE),
        ("It has 22.9 MB, the next 90.9 MB and the last 180 MB: 9x smaller.", ""),
        ("Whole blocks are 9x smaller.", "\n| Task | a | b |\n|---|---|---|\n| MMLU | 60.2 | 12 |\n"),
    ],
)
def test_a_factor_that_may_be_that_of_the_figures(sentence: str, table: str) -> None:
    assert ask(RULES, card(sentence, table), "factor-claim") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "INT8 has only a 0.21% accuracy drop.",
        "It is only 0.4 % below the FP32 baseline.",
        "- Relative accuracy drop: 0.5%",
        "It keeps 99.9% of the accuracy.",
    ],
)
def test_a_loss_that_no_figure_has(sentence: str) -> None:
    (answer,) = ask(RULES, card(sentence), "loss-value")
    assert "0.9037 against 0.9106" in answer.message


@pytest.mark.parametrize(
    "sentence",
    [
        "INT8 has only a 0.76% accuracy drop.",
        "INT8 has a 0.69% absolute drop.",
        "The relative drop is 0.76 %.",
        "It is 0.7 % below the FP32 baseline.",
        "It keeps 99.2% of the original accuracy.",
        "It retains 99 % of its performance.",
        "INT8 has less than 0.5% accuracy loss.",
        "A 0.1% loss is typically seen.",
        "A 48.2% decrease in latency.",
    ],
)
def test_a_loss_that_a_figure_has(sentence: str) -> None:
    assert ask(RULES, card(sentence), "loss-value") == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []


@pytest.mark.parametrize("told", ["18.30", "118.30", "1018.30"])
@pytest.mark.parametrize("words", ["({} % relative loss)", "a loss of {} %", "{} %** drop", "−{} % below FP32"])
def test_a_loss_is_read_with_all_its_digits(words: str, told: str) -> None:
    """Of ``18.30 %`` no ``8.30 %`` is made."""
    answers = ask(RULES, card(f"The accuracy is 0.7437, {words.format(told)}."), "loss-value")
    assert {answer.at for answer in answers} <= {told}
