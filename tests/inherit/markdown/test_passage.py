from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.document import Span
from cardgen.inherit.markdown.passage import Cutting, Passage

SOURCES = st.text(st.sampled_from("ab\r\n"), max_size=30)


@given(SOURCES)
def test_line_feeds_keep_every_other_character_in_place(source: str) -> None:
    passage = Passage.whole(source).with_line_feeds()
    assert passage.text == source.replace("\r\n", "\n").replace("\r", "\n")
    for offset, character in enumerate(passage.text):
        found = source[passage.place(offset)]
        assert found == character if character != "\n" else found in "\r\n"


@given(SOURCES, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4), st.text("xy", max_size=3))
def test_what_is_cut_out_twice_still_knows_its_place(source: str, cuts: list[tuple[int, int]], extra: str) -> None:
    lines = Passage.whole(source).with_line_feeds()
    bounds = sorted({min(number, len(lines.text)) for cut in cuts for number in cut})
    cut = Cutting(lines)
    for start, end in zip(bounds[::2], bounds[1::2], strict=False):
        cut.keep(start, end)
        cut.put(extra, end)
    passage = cut.passage()
    places = [passage.place(offset) for offset in range(len(passage.text))]
    assert places == sorted(places)
    for character, place in zip(passage.text, places, strict=True):
        if character in "ab":
            assert source[place] == character


def test_a_span_leaves_out_what_was_cut_off_behind_it() -> None:
    cut = Cutting(Passage.whole("one |\ntwo |"))
    cut.keep(0, 3)
    cut.put("\n", 5)
    cut.keep(6, 9)
    passage = cut.passage()
    assert passage.text == "one\ntwo"
    assert passage.span(0, 3) == Span(0, 3)
    assert passage.span(0, 7) == Span(0, 9)
    assert passage.span(7, 7) == Span(9, 9)
