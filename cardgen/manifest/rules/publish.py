"""What must hold in a manifest about where it publishes."""

from __future__ import annotations

from cardgen.manifest.places import Findings, Path
from cardgen.manifest.publish import MAX_TITLE, Publish, is_slug


def check_publish(publish: Publish, findings: Findings) -> None:
    """Check a collection's name."""
    at: Path = ("publish", "collection")
    title = publish.collection
    if title is None or not findings.sound(at) or is_slug(title):
        return
    if not title.strip() or not title.isprintable():
        findings.add(at, "is no title: it must be one line of text", "write such as `Names, INT8`")
    elif len(title) > MAX_TITLE:
        message = f"is a title of {len(title)} characters, and the Hub takes {MAX_TITLE}"
        findings.add(
            at, message, "shorten it; the address of an existing collection ends in `owner/words-` and 24 hex digits"
        )
