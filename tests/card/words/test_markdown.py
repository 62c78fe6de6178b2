from __future__ import annotations

import html
import re

import mistune
from hypothesis import given
from hypothesis import strategies as st

from cardgen.card.words.markdown import Markdown, code, escape, fenced, link, listing, table

ANY_TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text.strip())
NASTY_TEXT = st.text(st.sampled_from("ab|`*_[]()<>#-+=~$&;:\\\n1.{}%!\"' "), min_size=1).filter(
    lambda text: text.strip()
)

_render = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])


def render(markdown: str) -> str:
    shown = _render(markdown)
    assert isinstance(shown, str)
    return shown


def shown_text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


@given(ANY_TEXT | NASTY_TEXT)
def test_escaped_text_is_one_paragraph_that_shows_it(text: str) -> None:
    page = render(escape(text))
    assert page.startswith("<p>")
    assert page.count("<") == 2, page
    assert shown_text(page) == " ".join(text.split())


@given(NASTY_TEXT, NASTY_TEXT)
def test_no_text_breaks_a_table(first: str, second: str) -> None:
    page = render(table([Markdown("a"), Markdown("b")], [[escape(first), code(second)]]))
    assert page.count("<td") == 2, page
    assert page.count("<tr>") == 2


@given(NASTY_TEXT)
def test_a_code_span_shows_the_text(text: str) -> None:
    page = render("x " + code(text))
    inside = re.findall(r"<code>(.*)</code>", page, re.DOTALL)
    assert len(inside) == 1, page
    assert shown_text(inside[0]) == " ".join(text.split())


@given(st.text(st.sampled_from("`~ab\n#-|")))
def test_nothing_closes_a_fence(text: str) -> None:
    page = render(fenced(text, "text"))
    assert page.count("<pre>") == 1
    assert page.endswith("</pre>\n")


def test_a_link_holds_a_hostile_address() -> None:
    page = render(link(Markdown("x"), 'https://e.org/a b)"<script>'))
    assert page.count("<a ") == 1
    assert "<script" not in page


def test_many_names_are_folded() -> None:
    text = listing([f"layer.{index}" for index in range(5000)], summary="5000 modules")
    assert text.startswith("<details>")
    assert text.count("\n- ") == 5000


def test_few_names_stay_in_line() -> None:
    assert listing(["a", "b"], summary="2 modules") == "`a`, `b`"


def test_text_is_escaped_only_where_it_must_be() -> None:
    for text in ("1.0", "-0.5", "#5", "a_b", "x - y", "AT&T", "2026-01-02"):
        assert escape(text) == text
    assert escape("1. a") == r"1\. a"
    assert escape("- a") == r"\- a"
    assert escape("# a") == r"\# a"
