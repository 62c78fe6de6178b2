from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from cardgen.lint.engine import lint
from cardgen.lint.page import as_html

HOSTILE = (
    '---\nlicense: "<script>alert(1)</script>"\n---\n# Model </code></li><img src=x onerror=alert(1)>\n\n'
    "TODO \u202eback\u202c [a](javascript:alert(1)) `</style>`\n"
)


class Page(HTMLParser):
    """The tags of a page, and its text by line of source."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.lines: list[str] = []
        self._code = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "code" and ("dir", "auto") in attrs:
            self._code = True
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self._code = self._code and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._code:
            self.lines[-1] += data


def test_the_source_stands_there_line_by_line() -> None:
    report = lint("---\nlicense: mitt\n---\n# Model\n\n\tTODO & <b>more</b>\n", "README.md")
    page = as_html([report])
    assert tuple(Page(page).lines) == report.lines
    assert '<code dir="auto">license: <mark>mitt</mark></code><div class="beside">' in page
    assert "did you mean <code>mit</code>?" in page


def test_a_hostile_card_adds_no_tag_and_hides_nothing() -> None:
    page = as_html([lint(HOSTILE, "<b>.md")])
    read = Page(page)
    sane = Page(as_html([lint("---\nlicense: mitt\n---\n# Model\n\nTODO\n", "README.md")]))
    assert set(read.tags) <= set(sane.tags) | {"i"}
    assert not [name for name, _value in read.attributes if name.startswith("on") or name == "src"]
    assert all(value and value.startswith("#") for name, value in read.attributes if name == "href")
    assert '<i class="hidden">U+202E</i>back' in page
    assert "\u202e" not in page


def test_nothing_is_asked_of_anybody() -> None:
    page = as_html([lint(HOSTILE, "README.md")])
    assert not {"script", "link", "img", "iframe", "form"} & set(Page(page).tags)
    assert "default-src 'none'" in page
    assert "url(" not in page
    assert "@import" not in page


def test_a_card_without_findings_says_so() -> None:
    good = "---\nlicense: mit\npipeline_tag: fill-mask\n---\n\n# A small model\n\nIt predicts masked words.\n"
    page = as_html([lint(good, "good.md"), lint(HOSTILE, "bad.md")])
    assert page.count("<p>Nothing found.</p>") == 1
    assert '<a href="#card-2">bad.md</a>' in page


@given(st.text(max_size=80))
def test_any_text_is_shown_whole(text: str) -> None:
    report = lint(text, "README.md")
    lines = Page(as_html([report])).lines
    assert len(lines) == len(report.lines)
    for shown, line in zip(lines, report.lines, strict=True):
        assert "".join(char for char in line if char.isprintable()) in shown or not line.isprintable()
