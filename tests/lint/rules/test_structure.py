from __future__ import annotations

import pytest

from cardgen.lint.rules.structure import RULES
from tests.lint.asking import ask

TABLE = "# M\n\n| | INT8 | FP32 |\n|---|---|---|\n| Accuracy | 0.91 | 0.92 |\n"


@pytest.mark.parametrize(
    "card",
    [
        TABLE,
        "# M\n\n| a | b |\n|---|---|\n| 1 \\| 2 | `x \\| y` |\n",
        "# M\n\n```python\nx = 1\n```\n",
        "# M\n\n~~~~text\n```\n~~~~\n",
        "# M\n\n- item\n\n  ```bash\n  ls | wc\n  ```\n",
        "# M\n\nEither a | b or -.\n",
        "# M\n\n    indented code\n",
        "# M\n\n```",
    ],
)
def test_a_page_that_shows_what_is_meant(card: str) -> None:
    if card.endswith("```"):
        card += "\n```\n"
    assert ask(RULES, card) == []


def test_a_row_that_is_too_long() -> None:
    (answer,) = ask(RULES, TABLE + "| F1 | 0.8 | 0.8 | 0.9 |\n", "table-ragged")
    assert answer.severity == "error"
    assert "row 2" in answer.message
    assert answer.at == "F1 | 0.8 | 0.8 | 0.9"


def test_a_row_that_is_too_short() -> None:
    (answer,) = ask(RULES, TABLE + "| F1 | 0.8 |\n", "table-ragged")
    assert answer.severity == "warning"


def test_a_delimiter_row_of_another_width() -> None:
    (answer,) = ask(RULES, "# M\n\n| | INT8 | FP32 |\n|---|---|\n| Accuracy | 0.91 | 0.92 |\n")
    assert (answer.rule, answer.at) == ("table-broken", "|---|---|")
    assert "2 cells and the header 3" in answer.message


def test_rows_without_a_delimiter_row() -> None:
    (answer,) = ask(RULES, "# M\n\n| Accuracy | 0.91 |\n| F1 | 0.8 |\n")
    assert (answer.rule, answer.at) == ("table-broken", "| Accuracy | 0.91 |")


@pytest.mark.parametrize("card", ["# M\n\n```python\nx = 1\n", "# M\n\n```\ncode\n~~~\n", "# M\n\n````\ncode\n```\n"])
def test_code_that_nothing_closes(card: str) -> None:
    (answer,) = ask(RULES, card, "fence-unclosed")
    assert answer.severity == "error"


SECOND = "---\ntags: [a]\n---\n# Gull\n\nThe card of the base model:\n\n"


@pytest.mark.parametrize(
    "block", ["---\nlicense: mit\n---\n", "---\ntags:\n- a\n- b\nlanguage: en\n---\n", "---\n---\nlicense: mit\n---\n"]
)
def test_a_second_block_of_metadata(block: str) -> None:
    (answer,) = ask(RULES, SECOND + block + "\nText.\n", "front-matter-second")
    assert answer.at == "---"
    assert ask(RULES, SECOND + "```yaml\n" + block + "```\n", "front-matter-second") == []


@pytest.mark.parametrize(
    "text", ["---\n\nText.\n\n---\n", "---\nlicense: mit, as said\n\n## More\n", "---\nNote: x\n---\n"]
)
def test_lines_across_the_page_are_no_metadata(text: str) -> None:
    assert ask(RULES, SECOND + text, "front-matter-second") == []
