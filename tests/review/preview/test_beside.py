"""Old beside new: what stands for what, and what is marked."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from cardgen.review.preview.beside.matching import matched
from cardgen.review.preview.beside.passages import Row, beside
from cardgen.review.preview.hub.harmless import harmless
from cardgen.review.preview.hub.markdown import markdown_html
from tests.growth import assert_linear

PARTS = st.sampled_from(
    ["# A", "## B", "words here", "other words", "**bold** and `code`", "- one\n- two", "|a|b|\n|-|-|\n|1|2|", "> q"]
)


def clean(markdown: str) -> str:
    return harmless(markdown_html(markdown), "owner/model", ["assets/a.png", "assets/b.png"])


def rows(old: str, new: str) -> list[Row]:
    return list(beside(clean(old), clean(new)))


def changed(old: str, new: str) -> tuple[str, str]:
    """Old and new side of the one row that is not as it was, without what encloses it."""
    (row,) = [row for row in rows(old, new) if row.kind not in ("same", "folded")]
    return row.old.strip(), row.new.strip()


def gone(text: str) -> str:
    return f'<del class="gone">{text}</del>'


def come(text: str) -> str:
    return f'<ins class="come">{text}</ins>'


def test_words_are_marked_and_no_more() -> None:
    assert changed("It scores 0.91 on the test split.", "It scores 0.92 on that test split.") == (
        f"<p>It scores {gone('0.91')} on {gone('the')} test split.</p>",
        f"<p>It scores {come('0.92')} on {come('that')} test split.</p>",
    )


def test_neighbours_are_marked_together_but_not_across_a_tag() -> None:
    assert changed("one two **three four** five", "one six **seven eight** five") == (
        f"<p>one {gone('two')} <strong>{gone('three four')}</strong> five</p>",
        f"<p>one {come('six')} <strong>{come('seven eight')}</strong> five</p>",
    )


def test_a_cell_that_has_changed_is_marked_as_one() -> None:
    old, new = changed("|a|b|\n|-|-|\n|x|0.9 [1]|\n|y|0.5|", "|a|b|\n|-|-|\n|x|0.8 [1]|\n|y|0.5|\n|z|0.4|")
    assert f'<td class="changed">{gone("0.9")} [1]</td>' in old
    assert f'<td class="changed">{come("0.8")} [1]</td>' in new
    assert f'<td class="changed">{come("z")}</td>\n<td class="changed">{come("0.4")}</td>' in new
    assert old.count("changed") == 1
    assert new.count("changed") == 3


def test_a_link_that_leads_elsewhere_is_a_change() -> None:
    old, new = changed("see [this](https://example.org/a) page", "see [this](https://example.org/b) page")
    assert gone("this") in old
    assert come("this") in new


def test_another_picture_is_a_change() -> None:
    _old, new = changed("a ![p](assets/a.png)", "a ![p](assets/b.png)")
    assert come('<img alt="p" src="assets/b.png">') in new


def test_other_wrapping_and_emphasis_are_none() -> None:
    assert [row.kind for row in rows("one two\nthree", "**one**\ntwo three")] == ["folded"]


def test_what_is_struck_out_in_the_card_is_not_taken_for_gone() -> None:
    old, _new = changed("~~struck~~ words of old", "~~struck~~ words of new")
    assert old == f"<p><del>struck</del> words of {gone('old')}</p>"


def test_a_heading_stays_in_sight_and_the_rest_is_folded() -> None:
    body = "# T\n\na\n\nb\n\n## R\n\nc\n\n{}\n\n## S\n\nd\n\n## U\n\ne\n"
    told = [(row.kind, row.count) for row in rows(body.format("its old words"), body.format("its new words"))]
    assert told == [("folded", 3), ("same", 1), ("folded", 1), ("changed", 1), ("folded", 4)]


def test_a_passage_that_is_new_or_gone_stands_alone() -> None:
    assert [row.kind for row in rows("a\n\nwholly different here\n\nb", "a\n\nb")] == ["folded", "removed", "folded"]
    assert [row.kind for row in rows("a\n\nb", "a\n\n- new\n\nb")] == ["folded", "added", "folded"]
    assert [row.kind for row in rows("", "a\n\nb")] == ["added", "added"]
    assert [row.kind for row in rows("first words", "## Other")] == ["removed", "added"]


def test_each_anchor_is_there_once() -> None:
    (row,) = [row for row in rows("# A b c", "# A b d") if row.kind == "changed"]
    assert "id=" not in row.old
    assert 'id="user-content-a-b-d"' in row.new


class _Balance(HTMLParser):
    """Whether every element is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("img", "br", "hr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def text_of(html: str) -> list[str]:
    reader = _Balance()
    reader.feed(html)
    assert reader.open == []
    return reader.text.split()


@given(st.lists(PARTS, max_size=8), st.lists(PARTS, max_size=8))
def test_no_word_is_lost_and_every_element_is_closed(old: list[str], new: list[str]) -> None:
    before, after = clean("\n\n".join(old)), clean("\n\n".join(new))
    found = beside(before, after)
    both = ("same", "folded")
    assert text_of("\n".join(row.new for row in found)) == text_of(after)
    assert text_of("\n".join(row.new if row.kind in both else row.old for row in found)) == text_of(before)
    if old == new:
        assert not [row for row in found if row.kind not in both]


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_matching_covers_both_in_order(old: str, new: str) -> None:
    runs = list(matched(old, new))
    assert "".join(old[run.old] for run in runs) == old
    assert "".join(new[run.new] for run in runs) == new
    assert all(old[run.old] == new[run.new] for run in runs if run.equal)


def test_the_time_grows_with_the_length() -> None:
    def texts(size: int) -> tuple[str, str]:
        words = [f"passage {number} has words\n\n" for number in range(size)]
        other = [re.sub(r"\d+", lambda found: str(int(found[0]) * 7), word) for word in words]
        return clean("".join(words)), clean("".join(other))

    def prepare(size: int):  # type: ignore[no-untyped-def]
        old, new = texts(size)
        return lambda: beside(old, new)

    assert_linear(prepare, 100)
