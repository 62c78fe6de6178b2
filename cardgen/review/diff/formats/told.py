"""What there is to tell of comparisons, in the order in which it is told: the worst first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from cardgen.review.diff.change import SEVERITIES, Change, Comparison, Severity
from cardgen.review.diff.rules import RULES, Unit
from cardgen.review.diff.words import brief, counts, headline, sentence, values

Verdict = Literal["accepted", "rejected"]

Decided = Callable[[str, Change], Verdict | None]
"""A card's name and a change of it to what was decided; ``None`` while nothing was."""


Opened = Callable[[str, Change], bool]
"""A card's name and a change of it to whether it waits for a decision, or must go."""


def undecided(_name: str, _change: Change) -> Verdict | None:
    """Nothing was decided."""
    return None


@dataclass(frozen=True)
class ToldChange:
    """One change, in words."""

    change: Change
    text: str
    """A sentence that starts in lower case, as plain text on one line."""
    verdict: Verdict | None
    is_open: bool
    """Whether it waits for a decision, or was rejected."""

    @property
    def severity(self) -> Severity:
        """The change's own."""
        return self.change.severity


@dataclass(frozen=True)
class ToldCard:
    """One card of which there is something to tell."""

    name: str
    old: str | None
    """What it was compared with; ``None`` where the card is new."""
    new: str | None
    """``None`` where the card is gone."""
    headline: str
    """Its figures and what else matters most, in a line."""
    changes: tuple[ToldChange, ...]
    """As the comparison has them: the worst first, then by place."""
    error: str | None
    """Why there was nothing to compare."""

    @property
    def figures(self) -> str:
        """The scores and sizes that moved, old and new, in a line; the headline where none did."""
        moved = [told.change for told in self.changes if RULES[told.change.rule].unit in _FIGURES]
        moved = sorted((change for change in moved if values(change)), key=_figure_order)
        more = f", and {len(moved) - _FEW} more" if len(moved) > _FEW else ""
        return ", ".join(map(brief, moved[:_FEW])) + more if moved else self.headline

    def count(self, severity: Severity) -> int:
        """How many changes have this severity, whatever was decided on them."""
        return sum(told.severity == severity for told in self.changes)

    @property
    def open(self) -> int:
        """How many changes are open; one more where nothing could be compared."""
        return sum(told.is_open for told in self.changes) + (self.error is not None)


@dataclass(frozen=True)
class Told:
    """All cards that were compared."""

    cards: tuple[ToldCard, ...]
    """Those with something to tell: first those that could not be compared, then by what is open, and how much."""
    unchanged: int
    """Cards of which there is nothing to tell."""

    @property
    def title(self) -> str:
        """How much changed, in a line."""
        if not self.cards:
            return f"nothing changed in {counted(self.unchanged, 'card')}" if self.unchanged else "no cards to compare"
        failed = sum(card.error is not None for card in self.cards)
        changed = len(self.cards) - failed
        total = f"{changed} of {counted(len(self.cards) + self.unchanged, 'card')} changed" if changed else ""
        lost = f"{counted(failed, 'card')} could not be compared" if failed else ""
        told = counts(tuple(each.change for card in self.cards for each in card.changes))
        return "; ".join(part for part in (lost, f"{total}: {told}" if total else "") if part)

    @property
    def open(self) -> int:
        """How much waits for a decision, or for a comparison that works."""
        return sum(card.open for card in self.cards)


def tell(comparisons: Sequence[Comparison], decided: Decided = undecided, is_open: Opened | None = None) -> Told:
    """Put comparisons into words and in order.

    Args:
        comparisons: what was compared.
        decided: what was decided on each change.
        is_open: which of them are open; without, the breaking ones that nobody has accepted.
    """
    opened = is_open or (lambda name, change: change.severity == "breaking" and decided(name, change) != "accepted")
    cards = [
        ToldCard(
            comparison.name,
            comparison.old,
            comparison.new,
            headline(comparison),
            tuple(
                ToldChange(
                    change,
                    sentence(change),
                    decided(comparison.name, change),
                    opened(comparison.name, change),
                )
                for change in comparison.changes
            ),
            comparison.error,
        )
        for comparison in comparisons
        if comparison.changes or comparison.error is not None
    ]
    return Told(tuple(sorted(cards, key=_order)), len(comparisons) - len(cards))


_FIGURES: Sequence[Unit] = ("score", "bytes")
_FEW = 4


def _figure_order(change: Change) -> tuple[bool, bool, int]:
    """Metrics and sizes first, before how near to FP32 answers are; of the variants first, then of FP32."""
    unit = RULES[change.rule].unit
    nearness = unit == "score" and "metric" not in change.arguments
    return nearness, "baseline" in change.place, _FIGURES.index(unit)


def _order(card: ToldCard) -> tuple[bool, list[int], str]:
    much = [card.open, *(card.count(severity) for severity in SEVERITIES)]
    return card.error is None, [-number for number in much], card.name


def counted(number: int, noun: str) -> str:
    """``1 card``, ``2 cards``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
