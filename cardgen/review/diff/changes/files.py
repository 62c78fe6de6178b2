"""Files that somebody edited by hand: their hashes say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cardgen.records.sealed_text import read_seal, text_sha256
from cardgen.review.diff.change import Change
from cardgen.review.diff.rules import change
from cardgen.review.state import State


def changes(old: State | None, new: State | None) -> Iterator[Change]:
    """What is as cardgen wrote it, and was; a card that is not there is edited by nobody."""
    was, now = (each is not None and each.evidence_edited for each in (old, new))
    yield from _edited("evidence", "evidence", was, now, _hash(old, "evidence") != _hash(new, "evidence"))
    seals = _card_seal(old), _card_seal(new)
    if seals[0] is seals[1] is None:
        return
    # Where one of the two has its hash, somebody took away that of the other.
    texts = _text(old), _text(new)
    was, now = (text is not None and seal != "intact" for text, seal in zip(texts, seals, strict=True))
    yield from _edited("card", "README.md", was, now, texts[0] != texts[1])


def _edited(what: str, place: str, was: bool, now: bool, differ: bool) -> Iterator[Change]:
    if was and now and differ:
        yield change(f"{what}-edited-again", place)
    elif was != now:
        yield change(f"{what}-edited" if now else f"{what}-restored", place)


def _card_seal(state: State | None) -> Literal["intact", "broken"] | None:
    """Whether a card is as cardgen wrote it; ``None`` where nothing tells: no card, or none that was ever hashed."""
    if state is None or state.card is None:
        return None
    text, seal = read_seal(state.card)
    if seal != "absent":
        return seal
    written = state.evidence.written.get("README.md") if state.evidence else None
    if written is None:
        return None
    return "intact" if written == text_sha256(text) else "broken"


def _hash(state: State | None, what: str) -> str | None:
    return state.sha256.get(what) if state else None


def _text(state: State | None) -> str | None:
    return state.card if state else None
