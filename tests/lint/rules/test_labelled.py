from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.labelled import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

BY_COLUMN = """
| Model | NSMC (acc) | KorQuAD (F1) |
|---|---|---|
| gull | 90.24 | 84.3 |
| gull-int8 | 89.9 | 83.7 |
"""
BY_ROW = """
| Task | Accuracy | F1 |
|---|---|---|
| SST-2 | 0.9106 | 0.913 |
| MRPC | 0.861 | 0.902 |
"""


def card(line: str, table: str = BY_COLUMN, heading: str = "Results") -> str:
    return f"# INT8 model\n\n## {heading}\n\n- {line}\n{table}"


@pytest.mark.parametrize(
    ("line", "table", "at"),
    [
        ("NSMC acc. : 0.901", BY_COLUMN, "0.901"),
        ("NSMC accuracy: 90.42 %", BY_COLUMN, "90.42"),
        ("**KorQuAD F1** = 0.8341", BY_COLUMN, "0.8341"),
        ("SST-2 accuracy: 0.9160", BY_ROW, "0.9160"),
        ("F1 (MRPC): 92.0", BY_ROW, "92.0"),
    ],
)
def test_a_score_that_a_table_has_another_value_of(line: str, table: str, at: str) -> None:
    (answer,) = ask(RULES, card(line, table))
    assert answer.at == at
    assert "in a table" in answer.message


@pytest.mark.parametrize(
    ("line", "table", "heading"),
    [
        ("NSMC acc. : 0.9024", BY_COLUMN, "Results"),
        ("NSMC acc. : 0.902", BY_COLUMN, "Results"),
        ("NSMC acc. : 90.2 %", BY_COLUMN, "Results"),
        ("NSMC acc. : 0.899", BY_COLUMN, "Results"),
        ("NSMC acc. : 0.701", BY_COLUMN, "Results"),
        ("NSMC F1: 0.901", BY_COLUMN, "Results"),
        ("NSMC validation acc: 0.901", BY_COLUMN, "Results"),
        ("NSMC acc: 0.901", BY_COLUMN, "Training"),
        ("FP32 NSMC acc: 0.901", BY_COLUMN, "Results"),
        ("Acc: 0.901", BY_COLUMN, "Results"),
        ("SST-2 accuracy drop: 0.007", BY_ROW, "Results"),
        ("SST-2 accuracy: 0.901 on my own split", BY_ROW, "Results"),
    ],
)
def test_a_score_that_no_table_contradicts(line: str, table: str, heading: str) -> None:
    assert ask(RULES, card(line, table, heading)) == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
