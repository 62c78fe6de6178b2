"""A change: what it is, where, how bad, and the fingerprint by which it is decided on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from cardgen.records.canonical import fingerprint as fingerprint_of

Severity = Literal["breaking", "notable", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "notable", "note")
"""The worst first."""

Argument = str | int | float | bool | None | tuple["Argument", ...]

_DIGITS = 12


@dataclass(frozen=True)
class Change:
    """One difference in meaning between two states of a card."""

    rule: str
    """Id of its rule in ``cardgen.review.diff.rules``."""
    place: str
    """What changed, as a dotted path: ``variants.onnx.accuracy``."""
    severity: Severity
    """The table's, or the project's own. Not part of the fingerprint: a decision stands when the table changes."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """What it says, raw and in full precision: ``{"old": 0.9108, "new": 0.9121, …}``."""
    beside: Mapping[str, Argument] = field(default_factory=dict)
    """What only a machine can add that has the answers in its store, such as how many samples flipped. Not part of the
    fingerprint: a decision that was made there stands everywhere."""

    @cached_property
    def fingerprint(self) -> str:
        """12 hex digits of SHA-256 over rule, place and arguments, not over wording."""
        told = {"rule": self.rule, "place": self.place, "arguments": dict(self.arguments)}
        return fingerprint_of(told)[:_DIGITS]


@dataclass(frozen=True)
class Comparison:
    """Two states of one card, and what changed between them."""

    name: str
    """The manifest's stem."""
    old: str | None
    """What it was compared with, in the reader's words; ``None`` where the card is new."""
    new: str | None
    """``None`` where the card is gone."""
    changes: tuple[Change, ...]
    """The worst first, then by place."""
    error: str | None = None
    """Why the two could not be compared, which is never the same as no changes."""
