"""What changed in cards since a commit: in meaning, and in the text, old beside new."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cardgen.errors import UsageError, shown
from cardgen.review.decisions.since import CardReview, Review, review_since
from cardgen.review.diff.formats.told import ToldCard, tell
from cardgen.review.diff.words import headline
from cardgen.review.preview.beside.passages import Row, beside
from cardgen.review.preview.hub.harmless import harmless
from cardgen.review.preview.hub.markdown import markdown_html
from cardgen.review.preview.view import CardView, card_parts


@dataclass(frozen=True)
class CardBefore:
    """A card that has changed, as it was."""

    told: ToldCard
    """What changed in meaning, and what was decided on it."""
    card: str | None
    """Its text, as it was committed; ``None`` where there was none."""


@dataclass(frozen=True)
class Since:
    """What changed since a commit."""

    base: str
    """As it was asked for."""
    cards: Mapping[str, CardBefore]
    """Manifest, as a user would type it, to the card: those that have changed, in meaning or in their files."""
    gone: tuple[str, ...]
    """Cards that are no longer there."""
    fault: str | None = None
    """Why nothing could be compared."""


def changes_since(base: str, manifests: Collection[Path] = ()) -> Since:
    """Compare the working tree with where it parted from a commit, and look up what was decided.

    Args:
        base: a revision that git knows.
        manifests: which to look at; by default all.

    Raises:
        UsageError: where ``base`` is two revisions.
        ComparisonError: where git does not know the commit, or there is no repository.
        SettingsError: where the project's settings are faulty.
        DecisionsError: where a file with decisions is faulty.
    """
    if ".." in base:
        message = f"a preview shows the working tree, so that {base} names one commit too many"
        raise UsageError(message, remedy=f"Name the older one: --base {base.partition('.')[0] or 'HEAD'}.")
    return changes_of(review_since(base, manifests), base)


def changes_of(review: Review, base: str) -> Since:
    """What a review found, as it is shown beside the cards.

    Args:
        review: of the files that are shown.
        base: what the commit is called that it compared with.
    """
    there = [card for card in review.cards if card.comparison.new is not None]
    return Since(
        base,
        {_manifest(card): _before(card) for card in there},
        tuple(card.comparison.name for card in review.cards if card.comparison.new is None),
    )


def text_beside(before: CardBefore, view: CardView) -> tuple[Row, ...]:
    """The text of a card as it was beside that of the card as it is shown.

    A plot that was another one is not there any more to be shown: its words stand in its place.
    """
    _metadata, body, _fault = card_parts(before.card or "")
    html = markdown_html(body)
    pictures = [path for path, _file in view.pictures]
    plots = [path for path, _text in view.plots]
    old = harmless(html, view.repo_id, [*pictures, *plots])
    same = [path for path in plots if _picture(path, old) == _picture(path, view.body)]
    return beside(old if same == plots else harmless(html, view.repo_id, [*pictures, *same]), view.body)


def _picture(path: str, html: str) -> str | None:
    """A picture as a page shows it, with its words."""
    found = re.search(rf'<img\b[^>]*\bsrc="{re.escape(quote(path))}"[^>]*>', html)
    return found[0] if found else None


def _manifest(card: CardReview) -> str:
    path = card.state.path if card.state else None
    return card.comparison.new or "" if path is None else shown(path)


def _before(card: CardReview) -> CardBefore:
    comparison = card.comparison
    told = tell(
        [comparison], lambda _name, change: card.verdict(change), lambda _name, change: card.is_open(change)
    ).cards
    # Of a card whose files differ, and nothing in meaning, there is nothing to tell.
    unchanged = ToldCard(comparison.name, comparison.old, comparison.new, headline(comparison), (), None)
    return CardBefore(told[0] if told else unchanged, card.state_before.card if card.state_before else None)
