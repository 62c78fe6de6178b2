"""States of cards for tests of comparisons: made of chosen figures, and changed in every way that matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cardgen.manifest.model import Manifest
from cardgen.records.evidence import Evidence
from cardgen.records.record import DoneRecord
from cardgen.records.results import StepResult
from cardgen.review.state import State
from tests.factory import make_evidence, make_manifest

Change = Callable[[Any], Any]


def make_state(
    manifest: Manifest | None = None, evidence: Evidence | None = None, *, name: str = "model", **more: Any
) -> State:
    """A state of a card whose evidence fits its manifest, unless another is given."""
    manifest = manifest or make_manifest()
    more.setdefault("prose", dict(manifest.prose))
    return State(name, more.pop("label", name), manifest, evidence=evidence or make_evidence(manifest), **more)


def with_results(evidence: Evidence, kind: str, backend: str | None = None, **fields: Any) -> Evidence:
    """The same evidence, the results of one kind of step changed; only those of a backend, where one is named.

    Args:
        evidence: what to change.
        kind: of step.
        backend: whose.
        fields: of the results: values, or functions of the values that stand there.
    """

    def changed(record: DoneRecord) -> DoneRecord:
        if record.result.kind != kind or (backend is not None and record.request.backend != backend):
            return record
        return record.model_copy(update={"result": updated(record.result, fields)})

    return evidence.model_copy(update={"records": tuple(map(changed, evidence.records))})


def updated(result: StepResult, fields: Mapping[str, Any]) -> StepResult:
    """A result with other fields."""
    values = {name: value(getattr(result, name)) if callable(value) else value for name, value in fields.items()}
    return result.model_copy(update=values)


def scored(value: float, half: float = 0.01) -> Change:
    """Scores of one value, for :func:`with_results`."""
    return lambda scores: tuple(
        score.model_copy(update={"value": value, "low": value - half, "high": value + half}) for score in scores
    )


ROOT = Path("nowhere")
