from __future__ import annotations

import pytest

from cardgen.lint.rules.calculated import RULES
from tests.lint.asking import ask

TABLE = """
| Benchmark | gull-4b | gull-4b.w8a8 | Recovery |
|---|---|---|---|
| MMLU | 61.20 | 61.00 | 99.7% |
| GSM8K | 40.10 | 40.50 | 101.0% |
| **Average** | **50.65** | **50.75** | **100.2%** |
"""


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("It called 41/45 (92%) of the tools.", "41/45 (92%"),
        ("| Tools | Score |\n|---|---|\n| all | **41/45 (92 %)** |", "41/45 (92 %"),
        ("GPQA: 148/198 = 75.75%.", "148/198 = 75.75%"),
    ],
)
def test_a_share_that_its_counts_do_not_give(text: str, at: str) -> None:
    (answer,) = ask(RULES, f"# Gull\n\n{text}\n")
    assert (answer.rule, answer.severity, answer.at) == ("share-value", "error", at)


@pytest.mark.parametrize(
    "text",
    [
        "It called 41/45 (91%) and 41/45 (91.1%) and 26/30 (87 %) and 26/30 (86%) of them.",
        "148/198 = 74.75%, and 74.7 % of 148.",
        "On 10/12 (2 of them), 0/83 (0.00%), 3/0 (50%), 9/8 (99%), v1/2 (3 %).",
        "The modules (21/133) stay, of 1/2/4 (3 %).",
    ],
)
def test_shares_that_are_right_and_what_is_none(text: str) -> None:
    assert ask(RULES, f"# Gull\n\n{text}\n") == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("It scores 62.9, compared to 62.0 of the base: a **99.4% accuracy recovery**.", "101.5 % or 98.6 %"),
        ("It scores 50.0 whereas the original has 60.0, recovering 90.1% of it.", "83.3 % or 120 %"),
    ],
)
def test_a_recovery_that_its_scores_do_not_give(text: str, right: str) -> None:
    (answer,) = ask(RULES, f"# Gull\n\n{text}\n")
    assert answer.rule == "recovery-text"
    assert answer.message.endswith(f"give {right}")


@pytest.mark.parametrize(
    "text",
    [
        "It scores 62.9, compared to 62.0: a 101.5% recovery.",
        "It scores 61.6, compared to 62.0: a 99.4% recovery.",
        "It scores 62.9, compared to 62.0. On MMLU it has a 99.4% recovery.",
        "It scores 62.9, compared to 62.0 and 61.1, with a 99.4% recovery.",
        "With a 99.4% recovery of 62.9.",
    ],
)
def test_recoveries_that_are_right_or_of_other_scores(text: str) -> None:
    assert ask(RULES, f"# Gull\n\n{text}\n") == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Its average score is 50.75, whereas the unquantized model achieves 50.45.", "50.45"),
        ("It has an average of 50.57, compared to 50.65.", "50.57"),
    ],
)
def test_an_average_that_is_not_the_tables(text: str, at: str) -> None:
    (answer,) = ask(RULES, f"# Gull\n\n{text}\n{TABLE}")
    assert (answer.rule, answer.at) == ("average-text", at)


@pytest.mark.parametrize(
    "text",
    [
        "Its average score is 50.75, whereas the unquantized model achieves 50.65.",
        "On average over languages it has 71.20, compared to 71.90.",
        "Its average score is 50.75, whereas tern achieves 12.65.",
        "Its average score is 50.75.",
    ],
)
def test_averages_as_in_the_table(text: str) -> None:
    assert ask(RULES, f"# Gull\n\n{text}\n{TABLE}") == []
