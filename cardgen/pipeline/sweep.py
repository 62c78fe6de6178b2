"""What the runs of a grid come to, before any of them runs: how many, what is stored, how long the rest takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cardgen.errors import UsageError, shown
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.prepare import Prepared
from cardgen.records.request import BenchmarkRequest
from cardgen.run.estimate import Estimate, likeness_of
from cardgen.run.progress import rough_duration

MOST_UNASKED: Final = 100
"""Runs, each timed on inputs of one shape, that a build begins without being told to."""


@dataclass(frozen=True)
class SweepCost:
    """What is left to do of a grid's runs."""

    runs: int
    timings: int
    """Runs by the shapes of input that each is timed on."""
    timings_left: int
    """Those that are not stored."""
    steps: int
    steps_left: int
    seconds: float
    """What is known of the time that the steps that are left take, one after the other."""
    whole: bool
    """Whether that is known of all of them."""

    def __str__(self) -> str:
        runs = f"{self.runs} {'run' if self.runs == 1 else 'runs'}"
        timings = f"timed {self.timings} {'time' if self.timings == 1 else 'times'}"
        text = f"{runs}, {timings}: {self.steps - self.steps_left} of {self.steps} steps stored"
        if not self.steps_left:
            return text
        return f"{text}, {'about' if self.whole else 'at least'} {rough_duration(self.seconds)} left"


def sweep_cost(prepared: Prepared) -> SweepCost | None:
    """What a manifest's grid comes to; ``None`` where none is run."""
    sweep = prepared.plan.sweep
    if not sweep:
        return None
    steps = {
        step.fingerprint: step
        for run in sweep
        for step in (
            run.export,
            *([run.quantize] if run.quantize else []),
            *(part for scoring in (run.baseline, run.scoring) for part in (scoring.predict, scoring.evaluate)),
            *run.benchmarks,
        )
    }
    missing = {step.fingerprint for step in prepared.missing}
    left = [step for fingerprint, step in steps.items() if fingerprint in missing]
    estimate = Estimate([*prepared.committed.values(), *prepared.store.records()])
    seconds: list[float | None] = []
    for step in left:
        request = step.request
        if isinstance(request, BenchmarkRequest):  # it says itself how long it measures
            seconds.append(request.duration_s)
        else:
            seconds.append(estimate.seconds(likeness_of(request)))
    return SweepCost(
        runs=len(sweep),
        timings=sum(len(run.benchmarks) for run in sweep),
        timings_left=sum(step.request.kind == "benchmark" for step in left),
        steps=len(steps),
        steps_left=len(left),
        seconds=sum(each for each in seconds if each is not None),
        whole=None not in seconds,
    )


def refuse_large_sweep(loaded: LoadedManifest, prepared: Prepared) -> None:
    """Begin no sweep by mistake that goes on for hours.

    Raises:
        UsageError: where more is to be timed than :data:`MOST_UNASKED`.
    """
    cost = sweep_cost(prepared)
    if cost is not None and cost.timings_left > MOST_UNASKED:
        raise UsageError(
            f"{shown(loaded.path)}: benchmark.grid comes to {cost}.",
            remedy="Give it fewer values, or say --yes where that is meant.",
        )
