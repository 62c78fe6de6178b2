"""The lines of a fleet's table: one for each variant and sweep, from manifest and evidence alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from cardgen.card.assemble import card_place
from cardgen.card.facts.gather import gather_facts
from cardgen.card.facts.joined import Facts, versions_by_environment
from cardgen.card.facts.observed import SweptRun, Timed
from cardgen.catalog.environments import ENVIRONMENTS, normalised
from cardgen.errors import EvidenceError, shown
from cardgen.manifest.base import Setting
from cardgen.manifest.model import LoadedManifest
from cardgen.records.frozen import Frozen
from cardgen.review.check.card import check
from cardgen.review.preview.figures.variants import FiguresOrigin, VariantFigures, evidence_dates, variant_figures

State = Literal["fine", "needs a look", "not built", "unreadable"]


class LossTold(Frozen):
    """What quantizing cost, as a share of the baseline's score; below zero where it gained."""

    value: float
    low: float | None
    """Of the 95 % interval; ``None`` where nothing says how sure the figure is."""
    high: float | None
    within_noise: bool | None
    """Whether the interval holds zero; ``None`` without an interval."""


class SpeedUp(Frozen):
    """Latency of the baseline by that of the quantized model, on inputs of the same shape."""

    least: float
    most: float
    """Of all runs and shapes."""


class Outdated(Frozen):
    """A package of which this version of cardgen locks another version."""

    environment: str
    package: str
    measured: str
    """The version that the evidence was measured with."""
    locked: str


class FleetLine(Frozen):
    """One variant, or one sweep; a card of which nothing is known has one line."""

    manifest: str
    """Name of the manifest."""
    repo_id: str
    state: State
    variant: str | None = None
    kind: str = ""
    """``static INT8``, ``W4A16``, ``4 runs``."""
    origin: FiguresOrigin = "unknown"
    """``imported``: an evaluation tool measured it, as its results file says; ``inspected``: only its files tell."""
    metric: str = ""
    value: str = ""
    """As the card prints it."""
    baseline: str = ""
    loss: LossTold | None = None
    size: str = ""
    baseline_size: str = ""
    size_ratio: float | None = None
    speed_up: SpeedUp | None = None
    fp32_modules: int | None = None
    """Linear modules that stayed in floating point."""
    modules: int | None = None
    """Linear modules, quantized or not."""
    measured_from: str | None = None
    """Day of the oldest record, such as ``2026-11-03``."""
    measured_to: str | None = None
    """Day of the newest."""
    libraries: dict[str, str] = {}
    """What made the variants, with versions."""
    outdated: tuple[Outdated, ...] = ()
    errors: int = 0
    warnings: int = 0


class FleetReport(Frozen):
    """All cards, in the order in which they were named."""

    version: Literal[1] = 1
    lines: tuple[FleetLine, ...]


def fleet_lines(loaded: LoadedManifest) -> tuple[tuple[FleetLine, ...], EvidenceError | None]:
    """The lines of one manifest; and why its evidence cannot be read, where it cannot."""
    try:
        report = check(loaded)
        if not report.built:
            return (_line(loaded, "not built", errors=len(report.findings)),), None
        place = card_place(loaded)
        evidence = place.read_evidence()
    except EvidenceError as error:
        return (_line(loaded, "unreadable", errors=len(error.problems)),), error
    state: State = "needs a look" if report.findings else "fine"
    errors, warnings = len(report.findings), sum(found.severity == "warning" for found in report.lint)
    try:
        facts = gather_facts(loaded.manifest, evidence, shown(place.evidence))
    except EvidenceError:  # which the findings tell better
        return (_line(loaded, state, errors=errors, warnings=warnings),), None
    return tuple(_told(loaded, facts, figures, state, errors, warnings) for figures in variant_figures(facts)), None


def outdated_packages(facts: Facts) -> Iterator[Outdated]:
    """Packages that were measured with in other versions than this version of cardgen would."""
    for name, versions in versions_by_environment(facts.records).items():
        info = ENVIRONMENTS.get(name)
        for package, measured in versions.items() if info else ():
            locked = info.packages.get(normalised(package)) if info else None
            if locked is not None and locked != measured:
                yield Outdated(environment=name, package=package, measured=measured, locked=locked)


def speed_up(facts: Facts, figures: VariantFigures) -> SpeedUp | None:
    """How much faster a variant is, or the runs of a measured sweep are, where both were timed alike."""
    if figures.name in facts.manifest.variants:
        ratios = list(_reported_ratios(facts, figures.name))
    else:
        ratios = list(_swept_ratios(facts.swept)) if figures.origin == "measured" else []
    return SpeedUp(least=min(ratios), most=max(ratios)) if ratios else None


def _line(loaded: LoadedManifest, state: State, *, errors: int = 0, warnings: int = 0) -> FleetLine:
    repo_id = loaded.manifest.repo_id
    return FleetLine(manifest=loaded.name, repo_id=repo_id, state=state, errors=errors, warnings=warnings)


def _told(
    loaded: LoadedManifest, facts: Facts, figures: VariantFigures, state: State, errors: int, warnings: int
) -> FleetLine:
    known = figures.name in loaded.manifest.variants
    dates = evidence_dates(facts) if figures.origin == "measured" else None
    loss = figures.loss
    sure = loss is not None and loss.low is not None
    return FleetLine(
        manifest=loaded.name,
        repo_id=loaded.manifest.repository(figures.name if known else None),
        state=state,
        variant=figures.name,
        kind=figures.kind,
        origin=figures.origin,
        metric=figures.metric,
        value=figures.value,
        baseline=figures.baseline,
        loss=LossTold(value=loss.value, low=loss.low, high=loss.high, within_noise=loss.within_noise if sure else None)
        if loss
        else None,
        size=figures.size,
        baseline_size=figures.baseline_size,
        size_ratio=figures.size_ratio,
        speed_up=speed_up(facts, figures),
        fp32_modules=figures.fp32_modules,
        modules=figures.modules,
        measured_from=dates[0] if dates else None,
        measured_to=dates[1] if dates else None,
        libraries=_libraries(facts, figures),
        outdated=tuple(outdated_packages(facts)) if figures.origin == "measured" else (),
        errors=errors,
        warnings=warnings,
    )


def _libraries(facts: Facts, figures: VariantFigures) -> dict[str, str]:
    """What made a variant that was made here; of a sweep, what made its runs."""
    if figures.origin != "measured":
        return {}
    own = [fact for fact, _run in facts.runs if fact.name == figures.name]
    packages = {fact.backend.package: run.record.versions for fact, run in facts.runs if fact in own}
    if not own:
        names = {"onnxruntime": "onnxruntime", "pytorch": "torch"}
        packages = {names[swept.run.framework]: swept.predict_record.versions for swept in facts.swept}
    return {name: versions[name] for name, versions in packages.items() if name in versions}


def _reported_ratios(facts: Facts, name: str) -> Iterator[float]:
    shapes = {
        (entry.source, entry.batch_size, entry.input_length): entry.latency_ms
        for entry in facts.base_reports
        if entry.latency_ms
    }
    for entry in facts.reported:
        base = shapes.get((entry.source, entry.batch_size, entry.input_length))
        if entry.variant == name and base and entry.latency_ms:
            yield float(base / entry.latency_ms)


def _swept_ratios(runs: Sequence[SweptRun]) -> Iterator[float]:
    base = {_timed_like(run, timed): timed.result.mean_ms for run in runs if not run.quantize for timed in run.times}
    for run in runs:
        for timed in run.times if run.quantize is not None else ():
            found = base.get(_timed_like(run, timed))
            if found and timed.result.mean_ms:
                yield found / timed.result.mean_ms


def _timed_like(run: SweptRun, timed: Timed) -> tuple[Setting, ...]:
    """What the time of a run must share with that of FP32 for the two to be compared."""
    return run.run.framework, run.run.opset, run.run.threads, timed.request.batch_size, timed.request.input_length
