from __future__ import annotations

import pytest

from cardgen.lint.rules.fidelity import RULES
from tests.lint.asking import ask

TABLE = """
# A model

| Variant | Measure | INT8 | FP32 |
|---|---|---|---|
| `onnx` | Accuracy | {int8} | {fp32} |

{line}
"""


def card(line: str, int8: str = "0.9400", fp32: str = "0.9430") -> str:
    return TABLE.format(line=line, int8=int8, fp32=fp32)


def told(same: int, share: str, lost: int, gained: int, units: int = 1000) -> str:
    return (
        f"`onnx` answers {same} of {units} samples as FP32 does ({share} % [90.00, 99.99]): {lost} went from right to "
        f"wrong (0.60 % [0.10, 1.10]) and {gained} from wrong to right (0.30 % [0.00, 0.80]); KL divergence from FP32 "
        "0.00312 nats a sample [0.00280, 0.00350]."
    )


def test_what_fits_is_not_told() -> None:
    assert ask(RULES, card(told(991, "99.10", 6, 3))) == []


@pytest.mark.parametrize(
    ("line", "rule", "message"),
    [
        (told(991, "99.50", 6, 3), "agreement", "991 of 1000 are 99.10 %, not 99.50 %"),
        (told(1001, "100.10", 6, 3), "agreement", "1001 of 1000 answers"),
        (told(995, "99.50", 6, 3), "agreement", "9 answers flipped between right and wrong, and only 5 of 1000 differ"),
        (told(991, "99.10", 3, 6), "flips-and-scores", "3 more are right, and accuracy went from 0.9430 to 0.9400"),
        (told(980, "98.00", 12, 3), "flips-and-scores", "9 fewer are right"),
        ("KL divergence: -0.0031 nats.", "divergence-below-zero", "a KL divergence of -0.0031"),
        ("Mean KLD \N{MINUS SIGN}0.2", "divergence-below-zero", "never below 0"),
        ("| Measure | Value |\n|---|---|\n| KL divergence | -0.01 |", "divergence-below-zero", "of -0.01"),
        ("| Quant | KLD | PPL |\n|---|---|---|\n| Q4_K_M | -0.01 | 7 |", "divergence-below-zero", "of -0.01"),
    ],
)
def test_what_contradicts_itself_or_the_scores(line: str, rule: str, message: str) -> None:
    (found,) = ask(RULES, card(line))
    assert (found.rule, found.severity) == (rule, "error")
    assert message in found.message


@pytest.mark.parametrize(
    "line",
    [
        "The mean KL divergence is 0.01, and the loss fell by -0.2.",
        "KL divergence (lower is better): 0.01",
        "| Measure | Value |\n|---|---|\n| KL divergence | 0.01 |\n| Loss | -0.01 |",
        "| Measure | Value |\n|---|---|\n| KL divergence | -0.00 |",
        "| Measure | Value |\n|---|---|\n| KL divergence | - |",
        "0.6 % right to wrong, 0.9 % wrong to right.",
    ],
)
def test_what_says_something_else_is_left_alone(line: str) -> None:
    assert ask(RULES, card(line)) == []


def test_flips_in_words_of_others_are_held_against_the_scores() -> None:
    """Without a number of samples, by what way they point."""
    line = "On the test set 3 answers flipped from correct to incorrect and 40 from incorrect to correct."
    (found,) = ask(RULES, card(line))
    assert found.rule == "flips-and-scores"
    assert ask(RULES, card(line, "0.9430", "0.9430")) == []
    assert ask(RULES, card(line, "0.9500", "0.9430")) == []


@pytest.mark.parametrize(
    ("counted", "found"), [("Of 1000 questions ", 1), ("In 3 of 5 runs ", 0), ("Of 1000 tries ", 0)]
)
def test_of_how_many_answers_is_only_read_where_it_is_said(counted: str, found: int) -> None:
    """Three fewer are right by the scores: as many as flipped, of a thousand, are ten."""
    line = f"{counted}13 went from correct to incorrect, 3 from incorrect to correct."
    assert len(ask(RULES, card(line))) == found


def test_percent_is_read_as_such() -> None:
    assert ask(RULES, card(told(991, "99.10", 6, 3), "94.00 %", "94.30 %")) == []
    (found,) = ask(RULES, card(told(991, "99.10", 6, 3), "94.00 %", "95.30 %"))
    assert found.rule == "flips-and-scores"


def test_two_models_are_told_apart() -> None:
    rows = "| `b` | Accuracy | 0.9500 | 0.9430 |\n\n"
    assert ask(RULES, card(rows + told(991, "99.10", 6, 3))) == []
