"""A decision on one change, and all those on one card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Verdict = Literal["accepted", "rejected"]

FILES: Final = ("manifest", "evidence", "card")
"""What a card is known by when its review ends; see :attr:`cardgen.review.state.State.sha256`."""


@dataclass(frozen=True)
class Decision:
    """What somebody decided on a change; enough of it stands here that it can be read by itself."""

    fingerprint: str
    """Of the change; see :attr:`cardgen.review.diff.change.Change.fingerprint`."""
    verdict: Verdict
    rule: str
    place: str
    change: str
    """The change in a sentence."""
    reason: str
    by: str
    """Name and address, as git would write them into a commit."""
    reviewed: Mapping[str, str] | None = None
    """SHA-256 of manifest, evidence and card, where nothing was left open with this decision."""


@dataclass(frozen=True)
class Decisions:
    """All that was decided on the changes of one card."""

    file: str
    """What messages call the file that holds them."""
    by_fingerprint: Mapping[str, Decision] = field(default_factory=dict)

    def verdict(self, fingerprint: str) -> Verdict | None:
        """What was decided on a change; ``None`` where nothing was."""
        decision = self.by_fingerprint.get(fingerprint)
        return decision.verdict if decision else None
