from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.text import RULES
from tests.lint.asking import OWN_CARDS, ask

PLAIN = """
    ---
    tags: [int8]
    ---
    # INT8 model

    Quantized with Intel® software, in one evening.
"""


def test_a_plain_card() -> None:
    assert ask(RULES, PLAIN) == []


def test_misread_text_in_tags_and_prose() -> None:
    card = PLAIN.replace("[int8]", "[Intel\u0100® Tool]").replace("Intel® software", "Intel\u0100® software")
    (answer,) = ask(RULES, card, "mojibake")
    assert "2 times" in answer.message
    assert answer.remedy == "write `Intel®`"
    assert answer.at == "\u0100®"


@pytest.mark.parametrize("code", ["`Ã©` is how a slip looks", "```text\nÃ© and Ã¼\n```"])
def test_misread_text_that_is_shown_as_code(code: str) -> None:
    assert ask(RULES, f"# On encodings\n\n{code}\n", "mojibake") == []


def test_a_lost_character() -> None:
    (answer,) = ask(RULES, PLAIN.replace("®", "\ufffd"), "replacement-character")
    assert answer.at == "\ufffd"
    assert ask(RULES, PLAIN, "replacement-character") == []


def test_the_page_around_a_card() -> None:
    card = "someone's picture\nsomeone HF staff\nmend the snippet\n1a2b3c4\n" + "\n".join(
        line.strip() for line in PLAIN.strip().splitlines()
    )
    (answer,) = ask(RULES, card, "page-chrome")
    assert answer.at == "someone's picture"


def test_pipes_around_every_line() -> None:
    lines = ["---", "license: mit", "---", "# Model", "It answers questions.", "## Use", "Ask it one."]
    card = "|\n" + "".join(f"{line} |\n|\n" for line in lines)
    (answer,) = ask(RULES, card, "page-chrome")
    assert answer.severity == "error"


def test_a_card_on_one_line() -> None:
    card = (
        "--- license: mit tags: - int8 datasets: - glue --- # INT8 model It is small and answers fast. "
        "## Results | | INT8 | FP32 | |---|---|---| | Accuracy | 0.91 | 0.92 | ## Use Load it with the library."
    )
    (answer,) = ask(RULES, card, "card-collapsed")
    assert answer.severity == "error"
    assert ask(RULES, PLAIN, "card-collapsed") == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_cards_of_cardgen(path: Path) -> None:
    answers = ask(RULES, path.read_text(encoding="utf-8"))
    assert [answer for answer in answers if answer.severity != "note"] == []


def test_the_page_around_a_card_without_front_matter() -> None:
    (answer,) = ask(RULES, "someone's picture\nsomeone HF staff\n1a2b3c4\n# Model\n\nIt is small.\n", "page-chrome")
    assert answer.at == "someone's picture"


def test_a_picture_that_the_text_speaks_of() -> None:
    assert ask(RULES, "# Model\n\nIt finds a\nperson's picture\nin a set.\n", "page-chrome") == []
