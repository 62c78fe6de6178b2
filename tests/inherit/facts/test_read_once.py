from __future__ import annotations

from cardgen.inherit.facts.find import find_facts, read_facts
from cardgen.inherit.importer.card import read_source
from cardgen.inherit.parse import parse_card

CARD = "---\nlicense: mit\n---\n# gull-int8\n\n| | INT8 | FP32 |\n|---|---|---|\n| Accuracy | 0.90 | 0.91 |\n"


def test_import_and_lint_take_a_card_apart_once() -> None:
    """Both are of one command, and reading is a third of its time."""
    assert read_source(CARD).document is read_facts(CARD)[0]


def test_another_card_is_read_anew() -> None:
    read_facts(CARD)
    other = CARD.replace("0.90", "0.89")
    document, facts = read_facts(other)
    assert document == parse_card(other)
    assert facts == find_facts(document)
