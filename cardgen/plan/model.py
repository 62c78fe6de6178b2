"""Steps, and the plan that they make up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardgen.manifest.grid import GridRun
from cardgen.records.environment import Environment
from cardgen.records.request import (
    StepRequest,
)


@dataclass(frozen=True)
class Step:
    """One piece of work for a worker, and the fingerprint of all that decides its outcome."""

    name: str
    """For people: ``quantize pytorch``."""
    fingerprint: str
    request: StepRequest
    needs: Mapping[str, str]
    """Role (``model``, ``predictions``, ``baseline``, ``tune``) to the fingerprint of the step that fills it."""
    environment: Environment
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Role (``model``, ``data``) to the resolution (``base_model``, ``evaluation``, …) whose files the step reads."""


@dataclass(frozen=True)
class Scoring:
    """The two steps that score an artifact."""

    predict: Step
    evaluate: Step


@dataclass(frozen=True)
class VariantSteps:
    """The steps of one variant, by role; variants may share the export and the baseline."""

    export: Step
    snippet: Step | None
    """Absent of a model that somebody else made."""
    quantize: Step | None = None
    baseline: Scoring | None = None
    scoring: Scoring | None = None
    single: Scoring | None = None
    """Of a variant whose score depends on the batch, and that is scored in batches of several: one by one."""
    compare: Step | None = None
    """Of an export that is published as it is, instead of the three before."""
    tune: Step | None = None
    """Of a variant whose fallback is a tolerance."""
    adopt: Step | None = None
    """Of a model that somebody else made, in the place of the quantizing."""

    @property
    def made(self) -> Step:
        """The step whose artifact is published."""
        return self.quantize or self.adopt or self.export


@dataclass(frozen=True)
class RunSteps:
    """The steps of one run of a grid, by role; runs share what is the same."""

    run: GridRun
    export: Step
    quantize: Step | None
    """Absent where nothing is quantized: the export is run."""
    baseline: Scoring
    """That of the export."""
    scoring: Scoring
    """The baseline itself, where nothing is quantized."""
    benchmarks: tuple[Step, ...]
    """One for each batch size and input length."""


@dataclass(frozen=True)
class Plan:
    """All steps of a manifest, in an order in which they can run, each once."""

    steps: tuple[Step, ...]
    variants: Mapping[str, VariantSteps]
    sweep: tuple[RunSteps, ...] = ()
