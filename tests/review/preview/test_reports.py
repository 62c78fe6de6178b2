"""The pages of ``cardgen diff`` and ``cardgen lint``, in the same browser."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from cardgen.lint.engine import lint
from cardgen.lint.page import as_html as lint_page
from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.formats.html import as_html as diff_page
from tests.review.diff.formats.comparisons import HOSTILE, many, prose
from tests.review.preview.cards import PHONE, WIDE, Opened, scrolls_sideways, violations

LICENSE = Change("license-changed", "metadata.license", "breaking", {"old": "mit", "new": "x" * 300})
PAGES = {
    "diff": lambda: diff_page(
        [
            Comparison("a", "main:manifests/a.yaml", "manifests/a.yaml", (LICENSE, prose("b", "note", "b " * 400))),
            *many(3, 7),
            Comparison("lost", "main", "here", (), "the evidence is damaged"),
        ],
        lambda name, _change: "accepted" if name == "card-0" else "rejected" if name == "card-1" else None,
    ),
    "lint": lambda: lint_page(
        [
            lint("---\nlicense: mitt\ntags: [int8, quantised]\n---\n# Model\n\nTODO \u202e" + "y" * 400, "cards/a.md"),
            lint("---\nlicense: mit\npipeline_tag: fill-mask\n---\n\n# A\n\nIt predicts.\n", "cards/b.md"),
        ]
    ),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_anyone_can_use_the_page(
    opened: Opened, tmp_path: Path, name: str, scheme: Literal["light", "dark"], width: int
) -> None:
    (tmp_path / "page.html").write_text(PAGES[name](), encoding="utf-8")
    page = opened.open(tmp_path / "page.html", scheme, width)
    assert violations(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_link_leads_to_its_card(opened: Opened, tmp_path: Path, name: str) -> None:
    (tmp_path / "page.html").write_text(PAGES[name](), encoding="utf-8")
    page = opened.open(tmp_path / "page.html")
    page.keyboard.press("Tab")
    for _each in range(5):
        if page.evaluate("document.activeElement.tagName") == "A":
            break
        page.keyboard.press("Tab")
    target = page.evaluate("document.activeElement.hash.slice(1)")
    page.keyboard.press("Enter")
    assert page.locator(f"#{target}").count() == 1


def test_hostile_text_runs_nothing(opened: Opened, tmp_path: Path) -> None:
    text = " ".join(HOSTILE)
    pages = (
        diff_page([Comparison(text, text, text, (prose(text, "breaking", text),), text)]),
        lint_page([lint(f"---\nlicense: '{text}'\n---\n# {text}\n\n{text}\n", text)]),
    )
    for number, content in enumerate(pages):
        (tmp_path / f"{number}.html").write_text(content, encoding="utf-8")
        page = opened.open(tmp_path / f"{number}.html")
        assert page.locator("script, img, iframe, form").count() == 0
