"""Decides on changes of a review, and writes that down beside what was decided before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cardgen.catalog.suggest import nearest
from cardgen.errors import UsageError
from cardgen.hidden import show_hidden
from cardgen.patterns import regex
from cardgen.review.decisions.decision import Decision, Decisions, Verdict
from cardgen.review.decisions.file import write_decisions
from cardgen.review.decisions.since import CardReview, Review
from cardgen.review.diff.change import Change
from cardgen.review.diff.words import sentence
from cardgen.review.sides.git import Repository

_SHORTEST = 6
"""Digits of a fingerprint that may stand for all of it."""
_DIGITS = regex("[0-9a-f]+")


@dataclass(frozen=True)
class Decided:
    """What was decided on one card."""

    name: str
    file: str
    changes: tuple[Change, ...]
    ended: bool
    """Whether nothing that fails the review is left open."""


def decide_on(
    review: Review, fingerprints: Collection[str] | None, verdict: Verdict, *, reason: str
) -> tuple[Decided, ...]:
    """Decide on changes, in every card that has them; nothing is written where one of them is not there.

    Args:
        review: what there is to decide on.
        fingerprints: of the changes, or their first digits; ``None`` for all that are open.
        verdict: what is decided.
        reason: why.

    Raises:
        UsageError: where a fingerprint is that of no change, or of several, or there is no reason.
        ComparisonError: where git does not know who decides.
        StepError: where a file cannot be written.
    """
    reason = show_hidden(" ".join(reason.split()), str)
    if not reason:
        raise UsageError("a decision needs a reason", remedy="Say in `--reason` why, for those who read it later.")
    if not review.of_working_tree:
        raise UsageError("decisions are on what lies in the working tree", remedy="Name one revision in `--base`.")
    wanted = None if fingerprints is None else _whole(review, fingerprints)
    by = show_hidden(Repository.around(Path()).identity(), str)
    decided = []
    for card in review.cards:
        changes = tuple(
            change
            for change in card.comparison.changes
            if (card.is_open(change) if wanted is None else change.fingerprint in wanted)
        )
        if changes:
            decided.append(_decide(card, changes, verdict, reason, by))
    if not decided:
        raise UsageError("no change is open", remedy="`cardgen review --json` lists all changes; name one.")
    return tuple(decided)


def with_decision(
    card: CardReview, changes: Collection[Change], verdict: Verdict, *, reason: str, by: str
) -> Decisions:
    """The decisions on a card with those on further changes, or others on the same.

    Where nothing is left then that fails the review, they name the card's files by their hashes.

    Args:
        card: what was decided before, and the card as it is.
        changes: on which to decide.
        verdict: what is decided.
        reason: why, for people.
        by: who decides.
    """
    made = {}
    for change in changes:
        place, told = (show_hidden(text, str) for text in (change.place, sentence(change)))
        made[change.fingerprint] = Decision(change.fingerprint, verdict, change.rule, place, told, reason, by)
    together = replace(card.decisions, by_fingerprint={**card.decisions.by_fingerprint, **made})
    if card.state is None:
        return together
    sha256 = card.state.sha256
    if card.leaves_open(together):  # what is so now was perhaps reviewed, and is no longer
        reviewed = {
            key: replace(each, reviewed=None) if each.reviewed == dict(sha256) else each
            for key, each in together.by_fingerprint.items()
        }
        return replace(together, by_fingerprint=reviewed)
    ended = {key: replace(each, reviewed=dict(sha256)) for key, each in made.items() if each.verdict == "accepted"}
    return replace(together, by_fingerprint={**together.by_fingerprint, **ended})


def _decide(card: CardReview, changes: tuple[Change, ...], verdict: Verdict, reason: str, by: str) -> Decided:
    made = with_decision(card, changes, verdict, reason=reason, by=by)
    write_decisions(card.path, made.by_fingerprint.values())
    return Decided(card.comparison.name, card.decisions.file, changes, not card.leaves_open(made))


def _whole(review: Review, given: Collection[str]) -> frozenset[str]:
    """The fingerprints that begin with what was given."""
    known = sorted({change.fingerprint for card in review.cards for change in card.comparison.changes})
    faults = [fault for text in given if (fault := _fault(text, known))]
    if faults:
        raise UsageError("; ".join(faults), remedy="`cardgen review --json` lists all changes with their fingerprints.")
    return frozenset(one for one in known if one.startswith(tuple(given)))


def _fault(text: str, known: Sequence[str]) -> str | None:
    if not _DIGITS.fullmatch(text):
        return f"`{text}` is no fingerprint of a change"
    if len(text) < _SHORTEST:
        return f"`{text}` is too short: {_SHORTEST} digits at the least"
    meant = [one for one in known if one.startswith(text)]
    if len(meant) > 1:
        return f"`{text}` may be {' or '.join(meant)}"
    if not meant:
        alike = nearest(text, known)
        return f"there is no change `{text}` since the base" + (f"; did you mean `{alike}`?" if alike else "")
    return None
