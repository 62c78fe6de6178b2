from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.columns import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

COMPARED = "The scores are compared with the unquantized model."


def card(header: str, text: str = COMPARED, row: str = "| MMLU | 61.2 | 61.0 |") -> str:
    rule = "|" + "---|" * (header.count("|") - 1)
    return f"# gull-4b-FP8\n\n{text}\n\n{header}\n{rule}\n{row}\n"


@pytest.mark.parametrize(
    ("header", "text", "row"),
    [
        ("| Task | gull-4b-FP8 | gull-4b-FP8 (this model) |", COMPARED, "| MMLU | 61.2 | 61.0 |"),
        ("| Task | gull-4b-int8 | gull-4b-int8-v2 |", "Accuracy against the FP32 model:", "| MMLU | 61.2 | 61.0 |"),
        ("| Task | tern-INT8 | gull-INT8 | Recovery |", "", "| MMLU | 61.2 | 61.0 | 99.7% |"),
        ("| | INT8 | INT8 |", "", "| F1 | 0.86 | 0.87 |"),
        ("| Task | gull-4b-quantized | gull-4b-quantized.w8a8 |", COMPARED, "| MMLU | 61.2 | 61.0 |"),
    ],
)
def test_a_comparison_without_its_baseline(header: str, text: str, row: str) -> None:
    (answer,) = ask(RULES, card(header, text, row))
    assert answer.severity == "warning"


@pytest.mark.parametrize(
    ("header", "text", "row"),
    [
        ("| Task | gull-4b | gull-4b-FP8 |", COMPARED, "| MMLU | 61.2 | 61.0 |"),
        ("| | INT8 | FP32 |", COMPARED, "| F1 | 0.86 | 0.87 |"),
        ("| | INT8 static | INT8 dynamic |", COMPARED, "| F1 | 0.86 | 0.87 |"),
        ("| | PyTorch INT8 | ONNX INT8 |", COMPARED, "| F1 | 0.86 | 0.87 |"),
        ("| | INT8 | INT4 |", COMPARED, "| F1 | 0.86 | 0.87 |"),
        ("| | gull-int8 | tern-int8 |", "", "| F1 | 0.86 | 0.87 |"),
        ("| | INT8 | FP32 | INT8 | FP32 |", "", "| F1 | 0.86 | 0.87 | 0.85 | 0.87 |"),
        ("| | Value | Value |", "", "| F1 | 0.86 | 0.87 |"),
        ("| Model | F1 | F1 |", "", "| INT8 | 0.86 | 0.87 |"),
        ("| Model | INT8 | INT8 |", "", "| Type | a | b |"),
        ("| Task | gull-4b-unquantized | gull-4b-quantized |", COMPARED, "| MMLU | 61.2 | 61.0 |"),
    ],
)
def test_a_comparison_that_has_it_or_is_none(header: str, text: str, row: str) -> None:
    assert ask(RULES, card(header, text, row)) == []


def test_a_table_in_html_that_marks_no_header() -> None:
    rows = [("Task", "gull-4b-quantized", "gull-4b-quantized.w8a16"), ("MMLU", "61.2", "61.0")]
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    (answer,) = ask(RULES, f"# gull-4b-quantized.w8a16\n\n{COMPARED}\n\n<table>\n" + "\n".join(lines) + "\n</table>\n")
    assert answer.rule == "baseline-column"


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
