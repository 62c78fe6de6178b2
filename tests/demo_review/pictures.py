"""The pictures in README and docs of what ``make demo-review`` left: ``python -m tests.demo_review.pictures``.

The comment is set as GitHub sets it, as far as that bears on what it says. Look at them before they are committed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import mistune
from playwright.sync_api import sync_playwright

from cardgen.review.github.pages import CHANGES
from tests.demo_review.__main__ import FOLDER, main
from tests.demo_review.branches import NAME, ROOT

_STYLE = """
body { margin: 16px; background: #fff; color: #1f2328; font: 14px/1.5 system-ui, sans-serif; }
main { border: 1px solid #d1d9e0; border-radius: 6px; }
header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; padding: 8px 16px; }
article { padding: 16px; }
header { color: #59636e; }
header b { color: #1f2328; }
table { border-collapse: collapse; font-size: 14px; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; }
code { background: #818b981f; border-radius: 6px; padding: 0.2em 0.4em; font: 85% "DejaVu Sans Mono", monospace; }
h3 { font-size: 20px; margin: 0 0 16px; }
h4 { font-size: 16px; margin: 24px 0 8px; }
ul { padding-left: 28px; }
"""


def comment_page(comment: str) -> str:
    """The comment as a page, with what is folded open."""
    body = str(mistune.create_markdown(escape=False, plugins=["table"])(comment)).replace("<details>", "<details open>")
    head = "<header><b>github-actions</b> (bot) commented</header>"
    return f"<!DOCTYPE html><meta charset=utf-8><style>{_STYLE}</style><main>{head}<article>{body}</article></main>"


def draw(page: Path, picture: Path, width: int, height: int | None = None) -> None:
    """Take a picture of a whole page, or of its beginning."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        try:
            shown = browser.new_page(viewport={"width": width, "height": height or 400})
            shown.goto(page.as_uri())
            shown.screenshot(path=picture, full_page=height is None)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
    comment = FOLDER / "comment.html"
    comment.write_text(comment_page((FOLDER / "comment.md").read_text(encoding="utf-8")), encoding="utf-8")
    draw(comment, ROOT / "docs" / "review-comment.png", 880)
    draw(FOLDER / "pages" / CHANGES, ROOT / "docs" / "review-page.png", 1100)
    card = FOLDER / "pages" / "cards" / NAME / "changes.html"
    draw(card, ROOT / "docs" / "review-card.png", 980, 1240)
