"""The pages of a review, which the job keeps: what changed, and each card as it would be, beside what it was."""

from __future__ import annotations

from pathlib import Path

from cardgen.review.diff.formats.html import as_html
from cardgen.review.github.review import Reviewed
from cardgen.review.preview.folder import write_site
from cardgen.review.preview.site import make_site

CHANGES = "changes.html"


def write_pages(reviewed: Reviewed, folder: Path) -> None:
    """Write them into a folder that is new, empty, or holds those of an earlier review.

    Raises:
        UsageError: where it holds anything else, or cannot be written.
    """
    review = reviewed.review
    write_site(make_site(reviewed.cards, reviewed.since), folder)
    page = as_html(review.comparisons, review.decided, review.is_open)
    (folder / CHANGES).write_text(page, encoding="utf-8")
