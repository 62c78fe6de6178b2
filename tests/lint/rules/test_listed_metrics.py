from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.listed_metrics import RULES
from tests.lint.asking import OWN_CARDS, ask


def card(metrics: str, measure: str = "Accuracy (eval-rouge1)", value: str = "38.9") -> str:
    return (
        f"---\nmetrics: [{metrics}]\n---\n# INT8 gull\n\n| | INT8 | FP32 |\n|---|---|---|\n"
        f"| {measure} | {value} | 39.2 |\n"
    )


@pytest.mark.parametrize(
    ("metrics", "measure", "meant"),
    [
        ("accuracy", "Accuracy (eval-rouge1)", "list rouge"),
        ("accuracy", "F1", "list f1"),
        ("f1, precision", "Exact match", "list exact_match"),
    ],
)
def test_no_figure_is_of_a_listed_metric(metrics: str, measure: str, meant: str) -> None:
    (answer,) = ask(RULES, card(metrics, measure))
    assert (answer.rule, answer.severity, answer.remedy) == ("metric-unreported", "warning", meant)
    assert answer.at.strip("- \n") == metrics.partition(",")[0]


@pytest.mark.parametrize(
    ("metrics", "measure"),
    [
        ("rouge", "Accuracy (eval-rouge1)"),
        ("accuracy, f1", "F1"),
        ("accuracy", "Model size (MB)"),
        ("accuracy", "Latency (ms)"),
        ("glue", "F1"),
        ("squad_v2", "Exact match"),
        ("sacrebleu", "BLEU"),
        ("", "F1"),
    ],
)
def test_a_figure_is_of_one_or_the_list_is_of_several(metrics: str, measure: str) -> None:
    assert ask(RULES, card(metrics, measure)) == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert ask(RULES, path.read_text(encoding="utf-8")) == []
