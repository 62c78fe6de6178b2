"""What lint finds, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from cardgen.inherit.document import Document, Span
from cardgen.inherit.facts.model import CardFacts

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Found:
    """One thing that a rule found."""

    span: Span
    """Where, in the card's source."""
    message: str
    """What is wrong, in a sentence that starts in lower case, without a full stop at its end."""
    remedy: str
    """What to do about it, the same way."""
    severity: Severity | None = None
    """Where it is not the rule's own."""


@dataclass(frozen=True)
class Subject:
    """A card under examination."""

    document: Document
    facts: CardFacts
    rules: tuple[str, ...]
    """Ids of all rules that there are, which a card may disclose findings of."""


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong with a card."""

    id: str
    """Kebab case, such as ``size-bound``."""
    severity: Severity
    title: str
    """What it looks for, in a line: for documentation and ``--json``."""
    check: Callable[[Subject], Iterable[Found]]
