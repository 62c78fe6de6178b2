from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.review.preview.beside.passages import beside
from cardgen.review.preview.hub.harmless import harmless
from cardgen.review.preview.hub.markdown import markdown_html
from tests.growth import assert_linear, no_hang

HUB = "https://huggingface.co/owner/model/blob/main/"


def clean(html: str, *assets: str) -> str:
    return str(harmless(html, "owner/model", assets))


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("a<script>b</script>c", "ac"),
        ("a<style>b{}</style>c", "ac"),
        ("<svg><a xlink:href='javascript:x'>b</a></svg>", ""),
        ("<iframe src='x'>b</iframe>c", "bc"),
        ("<p style='position: fixed' class='skip' onclick='x()'>b</p>", "<p>b</p>"),
        ("<form action='x'><button>b</button></form>", "b"),
        ("<a href='javascript:x'>b</a>", '<a rel="noopener noreferrer nofollow">b</a>'),
        ("<a href='data:text/html,x'>b</a>", '<a rel="noopener noreferrer nofollow">b</a>'),
        ("<a href='file:///x'>b</a>", '<a rel="noopener noreferrer nofollow">b</a>'),
        ("<!-- cardgen:disclosed x -->b", "b"),
        ("<input type='image' src='x'>", '<input aria-label="to do" disabled="" type="checkbox">'),
        ("<code class='skip language-python x'>b</code>", '<code class="language-python">b</code>'),
        ("<h2 id='main'>b</h2>", '<h2 id="user-content-main">b</h2>'),
        ("<h2 id='a b'>b</h2>", "<h2>b</h2>"),
        ("<p align='center'>b</p>", '<p align="center">b</p>'),
        ("<td colspan='9999999'>b", "b"),
        ("<p>b<div><i>c", "<p>b</p><div><i>c</i></div>"),
    ],
)
def test_what_is_kept(html: str, kept: str) -> None:
    assert clean(html) == kept


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("evidence.json", f"{HUB}evidence.json"),
        ("./a b.md", f"{HUB}a%20b.md"),
        ("/other/model", "https://huggingface.co/other/model"),
        ("//example.org", "https://example.org/"),
        ("#part", "#user-content-part"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_where_a_link_leads(address: str, leads_to: str) -> None:
    assert f'href="{leads_to}"' in clean(f'<a href="{address}">x</a>')


def test_only_a_picture_beside_the_card_is_loaded() -> None:
    assert clean('<img src="./assets/a b.png" alt="A">', "assets/a b.png") == '<img alt="A" src="assets/a%20b.png">'
    for address in ("https://example.org/a.png", "assets/other.png", "//example.org/a.png", "data:image/png;base64,AA"):
        told = clean(f'<img src="{address}" alt="A &lt; B" onerror="x()">', "assets/a b.png")
        assert "<img" not in told
        assert ">A &lt; B<" in told


def test_a_picture_in_a_link_does_not_end_it() -> None:
    told = clean('<a href="https://example.org"><img src="https://example.org/a.png" alt="A"> b</a>')
    assert told.count("<a ") == 1
    assert told.endswith('<span class="picture">A</span> b</a>')


def test_a_table_in_a_table_scrolls_with_it() -> None:
    assert clean("<table><tr><td><table><tr><td>x").count('class="scroll"') == 1


@pytest.mark.parametrize("part", ["<div>", "<b><div></b>", "<span><table><tr><td></span>"])
def test_what_nests_too_deeply_is_shown_as_its_source(part: str) -> None:
    told = clean(part * 501)
    assert "nests too deeply" in told
    assert told.count("&lt;") == part.count("<") * 501


def test_what_nests_again_and_again_is_not_deep() -> None:
    assert "nests too deeply" not in clean("<ul><li>x</ul><p>y<br>" * 1000)


@pytest.mark.parametrize(
    "part", ["[a](b", "![", "**a ", "`a ``", "<a b='", "<div>", "> - ", "[^1]", "| a ", "&amp;", "<p>"]
)
def test_the_time_grows_with_the_length(part: str) -> None:
    assert_linear(lambda size: lambda: clean(markdown_html(part * size)), 200)


def test_nesting_that_markdown_makes_has_an_end() -> None:
    with no_hang():
        clean(markdown_html("".join(f"{'  ' * depth}- a\n" for depth in range(2000))))


def test_every_process_gives_the_same_bytes() -> None:
    program = (
        "from cardgen.review.preview.hub.harmless import harmless\n"
        "print(harmless('<input checked><a title=t href=u id=i>x</a><td colspan=2 rowspan=3 align=left>', 'o/m'))"
    )
    told = {subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout for _ in range(4)}
    assert len(told) == 1


TAGS = "a b p div img table tr td ul li script style svg math iframe form input details section h1 code pre x-y"
ATTRIBUTES = "href src alt id class style onclick onerror align width open name title checked type colspan"
VALUES = ["x", "javascript:x", "#x", "//h/x", "https://h/x", "assets/a.png", "a b", '"', "<", "&lt;", "9", "checkbox"]


@st.composite
def fragments(draw: st.DrawFn) -> str:
    """A piece of HTML, whole or not."""
    tag = draw(st.sampled_from(TAGS.split()))
    given = draw(st.lists(st.tuples(st.sampled_from(ATTRIBUTES.split()), st.sampled_from(VALUES)), max_size=3))
    attributes = "".join(f" {name}='{value}'" for name, value in given)
    return draw(
        st.sampled_from([f"<{tag}{attributes}>", f"</{tag}>", f"<{tag}{attributes}", "text", "<!--", "-->", "&"])
    )


class Reader(HTMLParser):
    """What a browser would make elements of."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("img", "input", "br", "hr", "wbr", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(st.lists(fragments(), max_size=12).map("".join))
def test_whatever_comes_is_closed_and_harmless(html: str) -> None:
    reader = Reader()
    reader.feed(clean(html, "assets/a.png"))
    reader.close()
    assert reader.open == []
    for tag, attributes in reader.found:
        assert tag not in ("script", "style", "svg", "math", "iframe", "form")
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "name")}
        assert attributes.get("src", "assets/a.png") == "assets/a.png"
        assert (attributes.get("href") or "#user-content-").startswith(("https://", "#user-content-"))
        assert (attributes.get("id") or "user-content-").startswith("user-content-")
        assert attributes.get("type", "checkbox") == "checkbox"


@given(st.lists(fragments(), max_size=12).map("".join), st.lists(fragments(), max_size=12).map("".join))
def test_marks_leave_every_element_closed(old: str, new: str) -> None:
    for row in beside(clean(old), clean(new)):
        for side in (row.old, row.new):
            reader = Reader()
            reader.feed(side)
            reader.close()
            assert reader.open == []
