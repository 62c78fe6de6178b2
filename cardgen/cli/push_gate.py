"""What the gate of ``cardgen push`` says of a card."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardgen.cli.published import Published
    from cardgen.manifest.model import LoadedManifest
    from cardgen.publish.gate import Refusal


def refused(
    manifest: LoadedManifest, published: Published, revision: str, *, allow: Collection[str], must_be_reviewed: bool
) -> set[str]:
    """The rules by which the gate refuses a card; those that are not allowed are told.

    Args:
        manifest: the card's.
        published: what the Hub holds; it is read where the card must be reviewed.
        revision: of what is published.
        allow: rules that do not count.
        must_be_reviewed: whether to ask for decisions, where the project's settings do not.

    Raises:
        CardgenError: where something of the card, of the settings or of the decisions cannot be read.
    """
    from cardgen.cli.boundary import say

    found = tuple(_refusals(manifest, published, revision, must_be_reviewed=must_be_reviewed))
    for refusal in found:
        if refusal.rule not in allow:
            say(f"{manifest.path}: {refusal}")
    return {refusal.rule for refusal in found}


def _refusals(
    manifest: LoadedManifest, published: Published, revision: str, *, must_be_reviewed: bool
) -> Iterator[Refusal]:
    from cardgen.card.assemble import card_place
    from cardgen.publish.gate import UNREVIEWED, Refusal, refusals
    from cardgen.reading import CARD_BYTES, read_text
    from cardgen.review.check.card import check
    from cardgen.review.decisions.published import unreviewed
    from cardgen.review.settings import read_settings
    from cardgen.review.sides.files import Disk

    checked = check(manifest)
    readme = card_place(manifest).readme
    card = read_text(readme, CARD_BYTES, errors="replace") if checked.built and readme.is_file() else ""
    yield from refusals(checked, card)
    settings = read_settings(Disk(), manifest.root)
    if checked.built and (must_be_reviewed or settings.before_push):
        told = set()
        for part in manifest.parts:
            for reason in unreviewed(manifest, published.now(part.repo_id, revision), settings):
                if reason not in told:
                    told.add(reason)
                    yield Refusal(UNREVIEWED, reason.message, reason.remedy)
