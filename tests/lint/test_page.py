from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardgen.lint.engine import lint
from cardgen.lint.page import as_html
from tests.pages import Page

HOSTILE = (
    '---\nlicense: "<script>alert(1)</script>"\n---\n# Model </code></li><img src=x onerror=alert(1)>\n\n'
    "TODO \u202eback\u202c [a](javascript:alert(1)) `</style>`\n"
)


def lines(page: str) -> list[str]:
    """The source as shown."""
    return Page(page, "code", dir="auto").texts


def test_the_source_stands_there_line_by_line() -> None:
    report = lint("---\nlicense: mitt\n---\n# Model\n\n\tTODO & <b>more</b>\n", "README.md")
    page = as_html([report])
    assert tuple(lines(page)) == report.lines
    assert '<code dir="auto">license: <mark>mitt</mark></code><div class="beside">' in page
    assert "did you mean <code>mit</code>?" in page


def test_a_hostile_card_adds_no_tag_and_hides_nothing() -> None:
    page = as_html([lint(HOSTILE, "<b>.md")])
    read = Page(page)
    sane = Page(as_html([lint("---\nlicense: mitt\n---\n# Model\n\nTODO\n", "README.md")]))
    assert set(read.tags) <= set(sane.tags) | {"i"}
    assert read.is_harmless()
    assert '<i class="hidden">U+202E</i>back' in page
    assert "\u202e" not in page


def test_nothing_is_asked_of_anybody() -> None:
    page = as_html([lint(HOSTILE, "README.md")])
    assert Page(page).is_harmless()
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
    found = lines(as_html([report]))
    assert len(found) == len(report.lines)
    for shown, line in zip(found, report.lines, strict=True):
        assert "".join(char for char in line if char.isprintable()) in shown or not line.isprintable()
