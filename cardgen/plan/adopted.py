"""Which models that somebody else made are run, by what, and what their files are called among the inputs of steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.tasks import TASKS
from cardgen.manifest.model import Manifest
from cardgen.records.inputs import Resolution
from cardgen.records.inspected import InspectedRecord

ADOPTING = "onnxruntime"
"""The backend that runs models of others."""


def adopted_input(variant: str) -> str:
    """The name of the resolution of an adopted variant's files."""
    return f"made.{variant}"


def with_adopted(resolutions: Mapping[str, Resolution], inspected: Iterable[InspectedRecord]) -> dict[str, Resolution]:
    """Resolutions, and beside them what the files meant that a manifest names as made by somebody else."""
    made = {
        adopted_input(record.variant): Resolution(what="model", path=record.path, source=record.source)
        for record in inspected
        if record.variant is not None
    }
    return {**resolutions, **made}


def can_be_scored(manifest: Manifest, record: InspectedRecord) -> bool:
    """Whether a backend can run what somebody else made, and there is something to score it on.

    That is a graph of ONNX, here, of a task that takes one; not where files of evaluation tools tell how good it is.
    """
    variant = manifest.variants.get(record.variant or "")
    evaluation = manifest.evaluation
    return (
        variant is not None
        and variant.made is not None
        and not variant.results
        and record.format == "onnx"
        and record.path is not None
        and evaluation is not None
        and evaluation.dataset is not None
        and bool(evaluation.metrics)
        and manifest.task in BACKENDS[ADOPTING].tasks
        and not TASKS[manifest.task].generates
    )
