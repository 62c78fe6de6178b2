"""What changed as one HTML page: cells and words marked where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cardgen.pages.render import render_page
from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.formats.told import Decided, Opened, ToldChange, tell, undecided
from cardgen.review.diff.prose import Edit, word_edits
from cardgen.review.diff.rules import RULES
from cardgen.review.diff.words import subject, values

_MOST_TEXT = 200_000
"""Characters of a passage that is shown whole; of a longer one, its start."""


@dataclass(frozen=True)
class _Row:
    told: ToldChange
    subject: str
    values: tuple[str, str] | None
    """Old and new, where a change has them."""
    edits: tuple[Edit, ...]
    """The words, where they are what changed."""


def as_html(comparisons: Sequence[Comparison], decided: Decided = undecided, is_open: Opened | None = None) -> str:
    """The page, which needs nothing beside it and runs no script.

    Args:
        comparisons: what was compared.
        decided: what was decided on each change.
        is_open: which of them are open; without, the breaking ones that nobody has accepted.
    """
    told = tell(comparisons, decided, is_open)
    cards = [(card, [_row(each) for each in card.changes]) for card in told.cards]
    return render_page("diff.html.jinja", title=told.title, cards=cards, unchanged=told.unchanged)


def _row(told: ToldChange) -> _Row:
    change = told.change
    return _Row(told, subject(change), values(change), _edits(change))


def _edits(change: Change) -> tuple[Edit, ...]:
    told, rule = change.arguments, RULES[change.rule]
    if rule.unit == "code" or rule.id == "prose-changed":
        return word_edits(str(told["old"])[:_MOST_TEXT], str(told["new"])[:_MOST_TEXT])
    if rule.id in ("prose-new", "prose-gone"):
        return (Edit("added" if rule.id == "prose-new" else "removed", str(told["text"])[:_MOST_TEXT]),)
    return ()
