"""Files that somebody edited by hand: their hashes say so."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.records.sealed_text import text_sha256
from cardgen.review.diff.change import Change
from cardgen.review.diff.rules import change
from cardgen.review.state import State


def changes(old: State | None, new: State | None) -> Iterator[Change]:
    """What is as cardgen wrote it, and was; a card that is not there is edited by nobody.

    Each names what was edited by its hash, so that whoever accepts one edit has not accepted the next.
    """
    yield from _edited("evidence", "evidence", _edited_evidence(old), _edited_evidence(new))
    yield from _edited("card", "README.md", _edited_card(old), _edited_card(new))


def _edited(what: str, place: str, was: str | None, now: str | None) -> Iterator[Change]:
    """By the hashes of what was edited; ``None`` of a side that is as written."""
    if was is not None and now is not None:
        if was != now:
            yield change(f"{what}-edited-again", place, old_sha256=was, new_sha256=now)
    elif now is not None:
        yield change(f"{what}-edited", place, sha256=now)
    elif was is not None:
        yield change(f"{what}-restored", place, sha256=was)


def _edited_evidence(state: State | None) -> str | None:
    return state.sha256["evidence"] if state is not None and state.evidence_edited else None


def _edited_card(state: State | None) -> str | None:
    return text_sha256(state.card or "") if state is not None and state.card_edited else None
