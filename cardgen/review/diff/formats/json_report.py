"""What changed, for programs. The types are the published schema: ``cardgen schema diff``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from cardgen.review.diff.change import SEVERITIES, Argument, Change, Comparison, Severity
from cardgen.review.diff.formats.told import Decided, Verdict, undecided
from cardgen.review.diff.rules import RULES, Area
from cardgen.review.diff.words import headline, sentence

_VERSION: Final = 1


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChangeEntry(_Entry):
    """One difference in meaning."""

    rule: str = Field(description="Id of the kind of change: docs/review.md lists them.")
    area: Area = Field(description="What the rule is about.")
    severity: Severity = Field(description="The project's own, else the rule's.")
    place: str = Field(description="What changed, as a dotted path, such as variants.onnx.accuracy.")
    fingerprint: str = Field(
        pattern="^[0-9a-f]{12}$", description="By which it is decided on: of rule, place and arguments."
    )
    sentence: str = Field(description="What it says, for people.")
    arguments: dict[str, JsonValue] = Field(description="What it says, raw and in full precision.")
    beside: dict[str, JsonValue] = Field(description="What only a machine can add that has the answers in its store.")
    decision: Verdict | None = Field(description="What was decided on it; null while nothing was.")


class ComparisonEntry(_Entry):
    """Two states of one card."""

    name: str = Field(description="The card's.")
    old: str | None = Field(description="What it was compared with; null where the card is new.")
    new: str | None = Field(description="Null where the card is gone.")
    headline: str = Field(description="What matters most, in a line.")
    error: str | None = Field(description="Why the two could not be compared, which is never the same as no changes.")
    changes: tuple[ChangeEntry, ...] = Field(description="The worst first.")


class DiffReport(_Entry):
    """What changed in meaning between states of cards."""

    version: Literal[1] = Field(description="Of this format.")
    counts: dict[Severity, int] = Field(description="How many changes there are of each severity.")
    comparisons: tuple[ComparisonEntry, ...]


def as_json(comparisons: Sequence[Comparison], decided: Decided = undecided) -> str:
    """One document over all comparisons.

    Args:
        comparisons: what was compared.
        decided: what was decided on each change.
    """
    counts = Counter(change.severity for comparison in comparisons for change in comparison.changes)
    report = DiffReport(
        version=_VERSION,
        counts={severity: counts[severity] for severity in SEVERITIES},
        comparisons=tuple(_comparison(comparison, decided) for comparison in comparisons),
    )
    return json.dumps(report.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def diff_schema() -> dict[str, Any]:
    """The JSON Schema of :func:`as_json`, draft 2020-12."""
    schema = DiffReport.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "cardgen diff"}


def diff_schema_text() -> str:
    """The schema as text."""
    return json.dumps(diff_schema(), indent=2, ensure_ascii=False) + "\n"


def _comparison(comparison: Comparison, decided: Decided) -> ComparisonEntry:
    return ComparisonEntry(
        name=comparison.name,
        old=comparison.old,
        new=comparison.new,
        headline=headline(comparison),
        error=comparison.error,
        changes=tuple(_change(change, decided(comparison.name, change)) for change in comparison.changes),
    )


def _change(change: Change, verdict: Verdict | None) -> ChangeEntry:
    return ChangeEntry(
        rule=change.rule,
        area=RULES[change.rule].area,
        severity=change.severity,
        place=change.place,
        fingerprint=change.fingerprint,
        sentence=sentence(change),
        arguments={name: _plain(value) for name, value in change.arguments.items()},
        beside={name: _plain(value) for name, value in change.beside.items()},
        decision=verdict,
    )


def _plain(value: Argument) -> JsonValue:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
