"""Files that somebody edited by hand: their hashes say so."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.review.diff.change import Change
from cardgen.review.diff.rules import change
from cardgen.review.state import State


def changes(old: State | None, new: State | None) -> Iterator[Change]:
    """What is as cardgen wrote it, and was; a card that is not there is edited by nobody."""
    was, now = (each is not None and each.evidence_edited for each in (old, new))
    yield from _edited("evidence", "evidence", was, now, _hash(old, "evidence") != _hash(new, "evidence"))
    was, now = (each is not None and each.card_edited for each in (old, new))
    yield from _edited("card", "README.md", was, now, _text(old) != _text(new))


def _edited(what: str, place: str, was: bool, now: bool, differ: bool) -> Iterator[Change]:
    if was and now and differ:
        yield change(f"{what}-edited-again", place)
    elif was != now:
        yield change(f"{what}-edited" if now else f"{what}-restored", place)


def _hash(state: State | None, what: str) -> str | None:
    return state.sha256.get(what) if state else None


def _text(state: State | None) -> str | None:
    return state.card if state else None
