from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.parameters import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed


def card(*lines: str, text: str = "") -> str:
    rule = "|" + "---|" * (lines[0].count("|") - 1)
    table = "\n".join([lines[0], rule, *lines[1:]])
    return f"# gull\n\n{text}\n\n{table}\n"


@pytest.mark.parametrize(
    ("lines", "text", "at"),
    [
        (("| Type | Size |", "| F16 | 7.3 GB |"), "A model of 3.2 B parameters.", "7.3 GB"),
        (("| Type | Size (GB) |", "| BF16 | 3.2 |"), "Parameters: 3.2B", "3.2"),
        (
            ("| Model | Type | Size |", "| ResNet50 | FP32 | 97.8 MB |", "| ResNet50-b | FP32 | 32 MB |"),
            "",
            "32 MB",
        ),
        (("| Model | Params | FP32 size (MB) |", "| gull | 66M | 264 |", "| tern | 66M | 134 |"), "", "134"),
        (("| | INT8 | FP32 |", "| Size (MB) | 75 | 465 |"), "It has 66 million parameters.", "465"),
    ],
)
def test_a_size_that_the_parameters_do_not_take(lines: tuple[str, ...], text: str, at: str) -> None:
    (answer,) = ask(RULES, card(*lines, text=text))
    assert answer.at.strip() == at


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("| Type | Size |", "| F16 | 6.4 GB |"), "A model of 3.2 B parameters."),
        (("| Type | Size |", "| F16 | 6.0 GiB |"), "A model of 3.2 B parameters."),
        (("| Type | Size |", "| Q8_0 | 3.4 GB |"), "A model of 3.2 B parameters."),
        (("| Type | Size |", "| F16 | 7.3 GB |"), "It has 3.2 B parameters and a draft of 0.5 B parameters."),
        (("| Type | Size |", "| F16 | 7.3 GB |"), "It has 3.2 B active parameters."),
        (("| Type | Size |", "| F16 | 7.3 GB |"), "A model."),
        (("| Model | Type | Size |", "| ResNet50 | FP32 | 97.8 MB |"), ""),
        (("| Model | Type | Size |", "| ResNet50-pruned | FP32 | 32 MB |"), ""),
        (("| Model | Type | Size |", "| ResNet50-b | INT8 | 26 MB |"), ""),
        (("| | INT8 | FP32 |", "| Size (MB) | 75 | 265 |"), "It has 66 million parameters."),
        (("| Type | RAM (GB) |", "| F16 | 16 GB |"), "A model of 3.2 B parameters."),
    ],
)
def test_a_size_that_they_may_take(lines: tuple[str, ...], text: str) -> None:
    assert ask(RULES, card(*lines, text=text)) == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
