"""Merges three files of decisions, entry by entry."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cardgen.review.decisions.decision import Decision, Decisions
from cardgen.review.decisions.file import HEADER, entry_text


@dataclass(frozen=True)
class MergedDecisions:
    """What came of a merge."""

    text: str
    """The file; with both sides between markers where they are in conflict."""
    conflicts: tuple[str, ...]
    """Fingerprints on which both sides decided, each otherwise."""


def merge_decisions(base: Decisions, ours: Decisions, theirs: Decisions) -> MergedDecisions:
    """Keep what either side decided, and take away what either did.

    Args:
        base: what both came from; nothing where they came from nothing.
        ours: one side.
        theirs: the other.
    """
    before, own, other = (side.by_fingerprint for side in (base, ours, theirs))
    entries, conflicts = [], []
    for fingerprint in sorted({*own, *other}):
        was, one, another = (side.get(fingerprint) for side in (before, own, other))
        if _same(one, another):
            found = another if one == was else one
        elif _same(one, was) or _same(another, was):
            found = another if _same(one, was) else one
        else:
            conflicts.append(fingerprint)
            sides = [entry_text(each) if each else "" for each in (one, another)]
            entries.append(f"<<<<<<< ours\n{sides[0]}=======\n{sides[1]}>>>>>>> theirs\n")
            continue
        if found is not None:
            entries.append(entry_text(found))
    return MergedDecisions("\n".join([HEADER, *entries]), tuple(conflicts))


def _same(one: Decision | None, other: Decision | None) -> bool:
    """Whether two decisions are the same, whichever state of the card they ended the review of."""
    if one is None or other is None:
        return one is other
    return replace(one, reviewed=None) == replace(other, reviewed=None)
