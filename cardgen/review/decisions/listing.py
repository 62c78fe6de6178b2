"""Which changes wait for a decision, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cardgen.hidden import show_hidden
from cardgen.review.decisions.since import CardReview, Review
from cardgen.review.diff.change import Change
from cardgen.review.diff.words import sentence


def listing_as_text(review: Review) -> str:
    """The open changes of each card, the worst first; nothing of cards without any."""
    return "".join(line for card in review.cards for line in _card(card))


def listing_as_json(review: Review) -> str:
    """All changes of all cards, and what was decided on each."""
    told = {"base": review.base, "cards": [_as_data(card) for card in review.cards]}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def summary(review: Review) -> str:
    """How much is open, in a line."""
    changes = [(card, change) for card in review.cards for change in card.comparison.changes]
    rejected = sum(card.verdict(change) == "rejected" for card, change in changes)
    undecided = sum(card.is_open(change) for card, change in changes) - rejected
    accepted = sum(card.verdict(change) == "accepted" for card, change in changes)
    failed = sum(card.comparison.error is not None for card in review.cards)
    told = [
        f"{len(changes)} {'change' if len(changes) == 1 else 'changes'} since {review.base[:12]}",
        f"{max(undecided, 0)} to be decided on",
        f"{rejected} rejected",
        f"{accepted} accepted",
    ]
    if failed:
        told.append(f"{failed} {'card' if failed == 1 else 'cards'} could not be compared")
    return ", ".join(told)


def _card(card: CardReview) -> Iterator[str]:
    waiting = [change for change in card.comparison.changes if card.is_open(change)]
    if waiting:
        yield f"{card.comparison.name}\n"
        for change in waiting:
            rejected = "rejected: " if card.verdict(change) == "rejected" else ""
            yield f"  {change.fingerprint}  {change.severity:8}  {rejected}{show_hidden(sentence(change), str)}\n"


def _as_data(card: CardReview) -> dict[str, Any]:
    comparison = card.comparison
    return {
        "name": comparison.name,
        "old": comparison.old,
        "new": comparison.new,
        "error": comparison.error,
        "decisions": card.decisions.file,
        "changes": [_change(card, change) for change in comparison.changes],
        "outdated": list(card.outdated),
    }


def _change(card: CardReview, change: Change) -> dict[str, Any]:
    decision = card.decisions.by_fingerprint.get(change.fingerprint)
    return {
        "fingerprint": change.fingerprint,
        "rule": change.rule,
        "place": change.place,
        "severity": change.severity,
        "sentence": sentence(change),
        "decision": decision.verdict if decision else None,
        "reason": decision.reason if decision else None,
        "by": decision.by if decision else None,
        "open": card.is_open(change),
    }
