"""How long an import takes grows with the length of a card, and not faster."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardgen.inherit.facts.find import read_facts
from cardgen.inherit.importer.make import import_card
from cardgen.inherit.parse import parse_card
from cardgen.lint.reading.mojibake import find_misread
from cardgen.manifest.prose_faults import _with_card_below
from tests.growth import assert_linear
from tests.inherit.importer.long_cards import GIVEN, LONG_CARDS


def importing(card: str) -> Callable[[], object]:
    parse_card.cache_clear()
    read_facts.cache_clear()  # each time is that of a card which was not read before
    _with_card_below.cache_clear()
    return lambda: import_card(card, "card", "card", GIVEN, misread=find_misread)


@pytest.mark.parametrize("made", LONG_CARDS.values(), ids=LONG_CARDS)
def test_time_grows_with_length(made: Callable[[int], str]) -> None:
    assert_linear(lambda parts: importing(made(parts)), few=200)
