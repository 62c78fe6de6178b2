"""Is what would be published reviewed, beside what is published now?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cardgen.errors import FindingsError
from cardgen.manifest.model import LoadedManifest
from cardgen.review.decisions.decision import Decisions
from cardgen.review.decisions.file import decisions_path, read_decisions
from cardgen.review.decisions.reviewed import reviewed
from cardgen.review.decisions.since import CardReview
from cardgen.review.diff.compare import compare
from cardgen.review.diff.words import sentence
from cardgen.review.settings import Settings
from cardgen.review.sides.files import Disk
from cardgen.review.sides.read import of_manifest
from cardgen.review.state import State


class Unreviewed(NamedTuple):
    """A reason to hold a card for unreviewed."""

    message: str
    remedy: str


def unreviewed(loaded: LoadedManifest, published: State | None, settings: Settings) -> Iterator[Unreviewed]:
    """The changes since what is published that fail the project's review, and nobody accepted.

    Where such changes were accepted, the card must be the one that was reviewed.

    Args:
        loaded: the manifest, with its card on the disk.
        published: what the Hub holds; ``None`` for nothing.
        settings: the project's.

    Raises:
        CardgenError: where manifest, evidence, card or decisions cannot be read.
    """
    comparison = compare(published, of_manifest(Disk(), loaded.path), settings.severities)
    if comparison.error is not None:
        yield Unreviewed(f"it cannot be compared with what the Hub holds: {comparison.error}", "Review it first.")
        return
    path = decisions_path(loaded.root, loaded.name)
    decisions = read_decisions(Disk(), path)
    card = CardReview(comparison, settings, decisions, path, Decisions(decisions.file))
    waiting = [change for change in comparison.changes if card.is_open(change)]
    for change in waiting:
        told = "was rejected" if card.verdict(change) == "rejected" else "has no decision"
        remedy = f"Decide on it: cardgen review accept {change.fingerprint} --reason …"
        yield Unreviewed(f"{sentence(change)}: this {told}", remedy)
    if not waiting and any(settings.fails(change) for change in comparison.changes):
        try:
            reviewed(loaded)
        except FindingsError as error:
            yield Unreviewed(error.message, error.remedy)
