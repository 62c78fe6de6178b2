from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.formats.html import as_html
from tests.pages import Page
from tests.review.diff.formats.comparisons import HOSTILE, change, comparisons, many, prose

PROSE = Change(
    "prose-changed",
    "prose.uses",
    "note",
    {"section": "uses", "old": "It names\ncharacters <b>.", "new": "It names all characters <b>."},
)


def test_words_and_cells_are_marked() -> None:
    license_changed = Change("license-changed", "metadata.license", "breaking", {"old": "mit", "new": "apache-2.0"})
    page = as_html([Comparison("a", "main", "here", (license_changed, PROSE))])
    assert "<del>mit</del></td>" in page
    assert "<ins>apache-2.0</ins></td>" in page
    assert '<p class="words">It names <ins>all</ins> characters &lt;b&gt;. </p>' in page
    assert PROSE.fingerprint in page
    assert "<strong>open</strong>" in page


def test_a_section_that_is_new_or_gone_is_shown_whole() -> None:
    gone = Change("prose-gone", "prose.b", "notable", {"section": "b", "text": "It was\nthere " * 100})
    found = Page(
        as_html([Comparison("a", "main", "here", (gone, prose("c", "note", "It came.")))]), "p", **{"class": "words"}
    )
    assert [text.strip() for text in found.texts] == ["It was\nthere " * 99 + "It was\nthere", "It came."]


def test_cards_come_as_in_the_comment_with_where_they_are_from() -> None:
    cards = [
        Comparison("calm", "main:calm.yaml", "calm.yaml", (change(1),)),
        Comparison("same", "main", "here", ()),
        Comparison("come", None, "come.yaml", (change(3, "notable"),)),
        Comparison("gone", "main:gone.yaml", None, (change(4, "breaking"),)),
        Comparison("lost", "main", "here", (), "the evidence is damaged"),
    ]
    page = as_html(cards, lambda name, _change: "rejected" if name == "gone" else None)
    assert Page(page, "h2").texts == ["lost", "gone", "come", "calm"]
    assert "the evidence is damaged" in page
    assert "Nothing changed in 1 card more." in page
    for text in ("new: come.yaml", "gone: main:gone.yaml", "main:calm.yaml → calm.yaml", "rejected "):
        assert text in page


def test_two_cards_of_one_name_keep_their_places() -> None:
    page = as_html([Comparison("a", "x/a", "y/a", (change(1),)), Comparison("a", "v/a", "w/a", (change(2),))])
    assert "x/a → y/a" in page
    assert "v/a → w/a" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_card_says_adds_no_tag(text: str) -> None:
    page = as_html([Comparison(text, text, text, (prose(text, "breaking", text),), text)])
    sane = as_html([Comparison("a", "b", "c", (prose("d", "breaking", "e"),), "f")])
    assert set(Page(page).tags) <= set(Page(sane).tags) | {"i"}
    assert Page(page).is_harmless()


@settings(max_examples=50)
@given(st.lists(comparisons, max_size=4))
def test_any_comparisons_make_a_harmless_page(cards: list[Comparison]) -> None:
    page = as_html(cards)
    assert Page(page).is_harmless()
    assert page.replace("\n", "").replace("\t", "").replace("\u200c", "").replace("\u200d", "").isprintable()


def test_many_cards() -> None:
    page = as_html(many(300, 7))
    assert len(Page(page, "h2").texts) == 300
