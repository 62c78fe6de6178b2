from __future__ import annotations

import pytest

from cardgen.lint.rules.size_order import RULES
from tests.lint.asking import OWN_CARDS, ask


def table(head: str, *rows: str) -> str:
    return "\n".join([f"# gull-4b-GGUF\n\n| File | Type | {head} |\n|---|---|---|", *rows, ""])


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("Size", ["| a | Q4_K_M | 2.3 GB |", "| b | Q8_0 | 2.1 GB |"]),
        ("Size/GB", ["| a | Q2_K | 2.3 |", "| b | Q6_K | 2.3 |"]),
        ("Size", ["| a | Q8_0 | 900 MB |", "| b | Q4_0 | 1.1 GiB |"]),
        ("File size (GB)", ["| x-q4_k_m.gguf | | 8.5 |", "| x-F16.gguf | | 4.9 |"]),
    ],
)
def test_sizes_that_do_not_rise_with_bits(head: str, rows: list[str]) -> None:
    (answer,) = ask(RULES, table(head, *rows))
    assert "which has fewer bits a weight" in answer.message


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("Size", ["| a | Q4_K_M | 2.3 GB |", "| b | Q8_0 | 4.1 GB |"]),
        ("Size", ["| a | Q3_K_L | 4.3 GB |", "| b | Q4_0 | 4.2 GB |"]),
        ("Size", ["| a | Q8_0 | 900 MB |", "| b | Q4_0 | 0.5 GB |"]),
        ("Size", ["| gull-4b Q4_K_M | | 2.3 GB |", "| tern-1b Q4_K_M | | 0.9 GB |", "| tern-1b Q8_0 | | 1.2 GB |"]),
        ("Vocabulary size", ["| a | Q4_K_M | 2.3 GB |", "| b | Q8_0 | 2.1 GB |"]),
        ("Size", ["| a | Q4_K_M | 2.3 |", "| b | Q8_0 | 2.1 |"]),
    ],
)
def test_sizes_that_may_be(head: str, rows: list[str]) -> None:
    assert ask(RULES, table(head, *rows)) == []


def test_own_cards_are_not_accused() -> None:
    assert [path for path in OWN_CARDS if ask(RULES, path.read_text(encoding="utf-8"))] == []
