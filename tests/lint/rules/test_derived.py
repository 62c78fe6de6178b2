from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.derived import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed


def table(*lines: str) -> str:
    rule = "|" + "---|" * (lines[0].count("|") - 1)
    return "# INT8 model\n\n" + "\n".join([lines[0], rule, *lines[1:]]) + "\n"


RECOVERY = ("| Benchmark | gull-4b | gull-4b-FP8 | Recovery |", "| Hellaswag | 70.00 | 70.49 | 100.7% |")


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        ((*RECOVERY, "| MMLU | 35.15 | 35.49 | 101.6% |"), "101.6%"),
        (("| | FP32 | INT8 | Recovery (%) |", "| F1 | 0.9106 | 0.9037 | 98.24 |"), "98.24"),
        (
            (
                "| Metric | FP32 | INT8 | Drop |",
                "| F1 | 0.9106 | 0.9037 | 0.0069 |",
                "| EM | 0.8102 | 0.8001 | 0.0501 |",
            ),
            "0.0501",
        ),
        (("| | INT8 | FP32 | Relative loss |", "| Accuracy | 0.9037 | 0.9106 | 0.26% |"), "0.26%"),
        (("| | FP32 | INT8 | Ratio |", "| Size (MB) | 265 | 74.7 | 4.2x |"), "4.2x"),
        (
            (
                "| Benchmark | gull | gull-8bit | Diff |",
                "| MMLU | 35.9 | 35.4 | -0.5 |",
                "| BBH | 31.3 | 31.1 | -0.2 |",
                "| TyDiQA | 33.2 | 32.1 | -0.1 |",
            ),
            "-0.1",
        ),
        (("| | FP32 acc | INT8 acc | Acc drop |", "| SST-2 | 91.06 | 90.37 | 0.96 |"), "0.96"),
        (
            ("| Model | Latency (ms) | Speedup |", "| FP32 | 84.34 | 1.0x |", "| INT8 | 64.31 | 2.31x |"),
            "2.31x",
        ),
        (
            ("| Model | F1 | F1 drop | Size (MB) |", "| FP32 | 86.84 | 0 | 265 |", "| INT8 | 86.11 | 1.73 | 74.7 |"),
            "1.73",
        ),
    ],
)
def test_a_value_that_its_figures_do_not_give(lines: tuple[str, ...], at: str) -> None:
    (answer,) = ask(RULES, table(*lines), "derived-value")
    assert answer.at.strip() == at
    assert answer.severity == "error"


@pytest.mark.parametrize(
    "lines",
    [
        RECOVERY,
        ("| | FP32 | INT8 | Recovery (%) |", "| F1 | 0.9106 | 0.9037 | 99.24 |"),
        ("| | FP32 | INT8 | Recovery (%) |", "| F1 | 0.9106 | 0.9037 | 99.2 |"),
        ("| | FP32 | INT8 | Drop |", "| F1 | 0.9106 | 0.9037 | -0.76% |"),
        ("| | FP32 | INT8 | Δ |", "| F1 | 0.9106 | 0.9037 | 0.69 |"),
        ("| | FP32 | INT8 | Ratio |", "| Size (MB) | 265 | 74.7 | 3.5x |", "| Size (MB) | 265 | 74.7 | 28 % |"),
        ("| | FP32 | INT8 | Change |", "| Size (MB) | 265 | 74.7 | -71.8% |"),
        (
            "| | FP32 | INT8 | Change |",
            "| F1 | 0.9106 | 0.9037 | -0.8 % |",
            "| EM | 0.8106 | 0.8037 | -0.9 % |",
            "| Size (MB) | 265 | 74.7 | -72 % |",
        ),
        ("| | INT8 static | INT8 dynamic | Drop vs FP32 |", "| F1 | 0.9106 | 0.9037 | 0.02 |"),
        # Nothing that it could follow from stands in the table.
        ("| Model | F1 | Drop |", "| FP32 | 86.84 | 0 |", "| other | 86.11 | 4 |"),
        ("| Model | Accuracy | Size (MB) | Speedup |", "| FP32 | 0.91 | 265 | 1x |", "| INT8 | 0.90 | 75 | 2.5x |"),
        ("| Task | n | FP32 | Stderr |", "| a | 10 | 0.4 | 0.2 |"),
        # None of them follows: the column means something else.
        ("| Task | FP32 | INT8 | Gain |", "| a | 10.0 | 12.0 | 7.0 |", "| b | 10.0 | 14.0 | 9.0 |"),
        ("| Task | FP32 | INT8 | Recovery |", "| a | 10 | 9 | 90% |", "| Average | 10 | 9 | 91% |"),
        ("| Epoch | Train loss | Validation loss |", "| 1 | 0.5 | 0.4 |"),
        ("| Task | FP32 | INT8 | ONNX | Recovery |", "| a | 10 | 9 | 8 | 50% |"),
    ],
)
def test_a_value_that_may_follow(lines: tuple[str, ...]) -> None:
    assert ask(RULES, table(*lines), "derived-value") == []


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (("| Task | FP32 | INT8 |", "| a | 60.0 | 58.0 |", "| b | 70.0 | 69.0 |", "| Average | 65.0 | 64.5 |"), "64.5"),
        (("| Task | INT8 |", "| a | 60.0 |", "| b | 70.0 |", "| **Avg.** | 75.0 |"), "**75.0**"),
        (("| Model | a | b | Average |", "| FP32 | 60 | 70 | 65 |", "| INT8 | 58 | 69 | 64.5 |"), "64.5"),
    ],
)
def test_an_average_that_is_none(lines: tuple[str, ...], at: str) -> None:
    (answer,) = ask(RULES, table(*lines), "average-value")
    assert answer.at.strip() == at.strip("*")


@pytest.mark.parametrize(
    "lines",
    [
        ("| Task | FP32 | INT8 |", "| a | 60.0 | 58.0 |", "| b | 70.0 | 69.0 |", "| Average | 65.0 | 63.5 |"),
        ("| Task | FP32 | INT8 |", "| a | 60.01 | 58.02 |", "| b | 70.0 | 69.0 |", "| Average | 65.0 | 63.5 |"),
        # Of more tasks than are shown, it seems.
        ("| Task | FP32 | INT8 |", "| a | 60.0 | 58.0 |", "| b | 70.0 | 69.0 |", "| Average | 66.0 | 64.5 |"),
        ("| Task | FP32 | INT8 |", "| a | 60.0 | 58.0 |", "| b | - | 69.0 |", "| Average | 60.0 | 63.5 |"),
        ("| | FP32 | INT8 |", "| F1 | 0.9 | 0.8 |", "| Size (MB) | 265 | 75 |", "| Average | 1 | 2 |"),
        ("| Model | a | Size (MB) | Average |", "| FP32 | 60 | 70 | 65 |", "| INT8 | 58 | 69 | 64.5 |"),
        ("| Task | FP32 |", "| a | 60.0 |", "| Average | 61.0 |"),
    ],
)
def test_an_average_that_may_be_one(lines: tuple[str, ...]) -> None:
    assert ask(RULES, table(*lines), "average-value") == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
