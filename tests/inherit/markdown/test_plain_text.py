from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.markdown.plain_text import _shown, plain
from cardgen.inherit.parse import parse_card

LINKS = {"ref_links": {"data": {"url": "https://example.org", "label": "data"}}}


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("plain  words", "plain words"),
        ("**bold** and `code`", "bold and code"),
        ("[text](https://example.org) ![image](a.png)", "text image"),
        ("a<br>b &amp; c", "a b & c"),
        ("~~gone~~", "gone"),
    ],
)
def test_what_a_reader_sees(markdown: str, text: str) -> None:
    assert plain(markdown, {}) == text
    assert plain(markdown, LINKS) == text


PIECES = [
    *("a", "b1", "x_y", " ", "  ", "\n", "\t", ".", ",", ":", "(", ")", "!", "&", "&amp;", "<", "<b>", ">", "é"),
    *("*", "**", "***", "_", "__", "`", "``", "~~", "[", "]", "](", "![", "](u.v)", "**b**", "*i*", "_z_", "`c d`"),
    *("` `", "[t](u)", "[data]", "[data](u)", "\\"),
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_read_without_mistune_is_read_as_by_it(markdown: str) -> None:
    for env in ({}, LINKS):
        assert plain(markdown.strip(), dict(env)) == _shown(markdown.strip(), dict(env))


def test_one_cards_link_definitions_are_not_anothers() -> None:
    with_one, without = "See [data].\n\n[data]: https://example.org\n", "See [data].\n"
    for _ in range(2):
        assert [getattr(block, "text", "") for block in parse_card(with_one).blocks] == ["See data."]
        assert [getattr(block, "text", "") for block in parse_card(without).blocks] == ["See [data]."]
