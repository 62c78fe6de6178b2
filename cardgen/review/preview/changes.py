"""What changed in cards since a commit: in meaning, and in the text, old beside new."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from cardgen.errors import ProblemsError, UsageError
from cardgen.review.diff.change import Comparison
from cardgen.review.diff.compare import compare
from cardgen.review.diff.formats.told import ToldCard, tell
from cardgen.review.preview.beside.passages import Row, beside
from cardgen.review.preview.hub.harmless import harmless
from cardgen.review.preview.hub.markdown import markdown_html
from cardgen.review.preview.view import CardView, card_parts
from cardgen.review.sides.between import Pair, between


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


def changes_since(base: str, manifests: Collection[Path] = ()) -> Since:
    """Compare the working tree with where it parted from a commit.

    Args:
        base: a revision that git knows.
        manifests: which to look at; by default all.

    Raises:
        UsageError: where ``base`` is two revisions.
        ComparisonError: where git does not know the commit, or there is no repository.
    """
    if ".." in base:
        message = f"a preview shows the working tree, so that {base} names one commit too many"
        raise UsageError(message, remedy=f"Name the older one: --base {base.partition('.')[0] or 'HEAD'}.")
    with between(base) as states:
        pairs = list(states.pairs(manifests))
    comparisons = [_compared(pair) for pair in pairs]
    told = {card.name: card for card in tell(comparisons).cards}
    return Since(
        base,
        {
            pair.new_label: CardBefore(
                told.get(pair.name) or _unchanged(comparison), pair.old.card if pair.old else None
            )
            for pair, comparison in zip(pairs, comparisons, strict=True)
            if pair.new_label is not None
        },
        tuple(pair.name for pair in pairs if pair.new_label is None),
    )


def text_beside(before: CardBefore, view: CardView) -> tuple[Row, ...]:
    """The text of a card as it was beside that of the card as it is shown."""
    _metadata, body, _fault = card_parts(before.card or "")
    pictures = [path for path, _file in view.pictures]
    return beside(harmless(markdown_html(body), view.repo_id, pictures), view.body)


def _compared(pair: Pair) -> Comparison:
    if pair.error is not None:
        error = pair.error
        why = str(error.problems[0]) if isinstance(error, ProblemsError) else str(error)
        return Comparison(pair.name, pair.old_label, pair.new_label, (), why)
    return compare(pair.old, pair.new)


def _unchanged(comparison: Comparison) -> ToldCard:
    """Of a card whose files differ, and nothing in meaning."""
    return ToldCard(comparison.name, comparison.old, comparison.new, "no changes in meaning", (), None)
