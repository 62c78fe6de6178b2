"""What lint finds, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Literal, NamedTuple

from cardgen.inherit.document import Document, Span
from cardgen.inherit.facts.model import CardFacts
from cardgen.records.inspection import Inspection

Severity = Literal["error", "warning", "note"]


class Found(NamedTuple):
    """One thing that a rule found."""

    span: Span
    """Where, in the card's source."""
    message: str
    """What is wrong, in a sentence that starts in lower case, without a full stop at its end."""
    remedy: str
    """What to do about it, the same way."""
    severity: Severity | None = None
    """Where it is not the rule's own."""
    fault: Hashable = None
    """Where one fault shows in many places: what tells it from others of the rule. It becomes one finding.

    Findings of one message and remedy are of one fault in any case.
    """


class Weights(NamedTuple):
    """The model that a card is of, as its files say."""

    label: str
    """What the user called it."""
    inspection: Inspection
    files: Mapping[str, int]
    """All files that lie there, those of other variants among them: path to bytes."""


class Subject(NamedTuple):
    """A card under examination."""

    document: Document
    facts: CardFacts
    rules: tuple[str, ...]
    """Ids of all rules that there are, which a card may disclose findings of."""
    weights: Weights | None = None
    """The files to hold the card against, where they are given."""


class Rule(NamedTuple):
    """One thing that can be wrong with a card."""

    id: str
    """Kebab case, such as ``size-bound``."""
    severity: Severity
    title: str
    """What it looks for, in a line: for documentation and ``--json``."""
    check: Callable[[Subject], Iterable[Found]]
