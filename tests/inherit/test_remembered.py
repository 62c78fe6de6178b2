from __future__ import annotations

from cardgen.inherit.document import Document
from cardgen.inherit.parse import parse_card
from cardgen.inherit.remembered import for_one_card


def test_a_card_is_asked_once_for_each_set_of_options() -> None:
    asked: list[tuple[str, bool]] = []

    @for_one_card
    def length(document: Document, *, twice: bool = False) -> int:
        asked.append((document.source, twice))
        return len(document.source) * (1 + twice)

    first, second = parse_card("one"), parse_card("three")
    assert [length(first), length(first), length(first, twice=True), length(first)] == [3, 3, 6, 3]
    assert asked == [("one", False), ("one", True)]
    assert [length(second), length(first)] == [5, 3]
    assert asked[2:] == [("three", False), ("one", False)]


def test_a_card_of_the_same_text_is_another_card() -> None:
    @for_one_card
    def itself(document: Document) -> Document:
        return document

    first, second = parse_card("text"), parse_card("text")
    assert itself(first) is first
    assert itself(second) is second
