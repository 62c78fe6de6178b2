"""The records of one card, joined by variant and typed: what `cardgen.card.build` words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from cardgen.catalog.backends import BACKENDS, BackendInfo
from cardgen.errors import EvidenceError, Problem
from cardgen.manifest.base import Setting
from cardgen.manifest.grid import GridRun
from cardgen.manifest.model import Manifest, Variant
from cardgen.manifest.reported import Reported
from cardgen.plan.steps import Plan, RunSteps, Scoring, Step, VariantSteps, plan_steps, run_variants, variant_folders
from cardgen.records.model import (
    ArtifactFile,
    BenchmarkResult,
    CompareResult,
    DoneRecord,
    EvaluateResult,
    Evidence,
    ExportResult,
    PredictResult,
    QuantizeResult,
    SnippetResult,
    TuneResult,
)
from cardgen.records.request import BenchmarkRequest, CompareRequest, PredictRequest, QuantizeRequest, TuneRequest

_REMEDY = "Run `cardgen build` on the manifest."

T = TypeVar(
    "T",
    ExportResult,
    QuantizeResult,
    PredictResult,
    EvaluateResult,
    CompareResult,
    SnippetResult,
    BenchmarkResult,
    TuneResult,
)


@dataclass(frozen=True)
class Predicted:
    """How the answers were taken that a score is of."""

    request: PredictRequest
    result: PredictResult


@dataclass(frozen=True)
class Quantized:
    """What was observed of a variant that was quantized and scored."""

    quantize: QuantizeResult
    quantize_request: QuantizeRequest
    baseline: EvaluateResult
    evaluate: EvaluateResult
    baseline_predict: Predicted
    predict: Predicted
    single: EvaluateResult | None = None
    """Scored one sample at a time, where that can differ."""
    tune: TuneResult | None = None
    """How what stays FP32 was found, where the manifest gives a tolerance."""
    tune_request: TuneRequest | None = None

    @property
    def linear_total(self) -> int:
        """Linear layers, INT8 or not."""
        return len(self.quantize.int8_modules) + len(self.quantize.fp32_modules)


@dataclass(frozen=True)
class Compared:
    """What was observed of an export that was compared with PyTorch."""

    compare: CompareResult
    request: CompareRequest


@dataclass(frozen=True)
class Run:
    """What was observed of a variant that was run."""

    export: ExportResult
    files: tuple[ArtifactFile, ...]
    """Of what is published."""
    outcome: Quantized | Compared
    record: DoneRecord
    """Of the variant's predictions or comparison: versions, hardware."""
    snippet: DoneRecord
    """Of the loading code that the card prints."""


@dataclass(frozen=True)
class Timed:
    """How fast a run of a grid was, on inputs of one shape."""

    request: BenchmarkRequest
    result: BenchmarkResult
    record: DoneRecord


@dataclass(frozen=True)
class SweptRun:
    """What was observed of a run of a grid."""

    run: GridRun
    export: ExportResult
    quantize: QuantizeResult | None
    """Absent where nothing was quantized."""
    baseline: EvaluateResult
    evaluate: EvaluateResult
    predict: Predicted
    predict_record: DoneRecord
    times: tuple[Timed, ...]

    @property
    def parameters(self) -> dict[str, Setting]:
        """What the run was made with."""
        return self.run.parameters

    @property
    def records(self) -> tuple[DoneRecord, ...]:
        """Of what was scored and timed: versions, hardware."""
        return (self.predict_record, *(timed.record for timed in self.times))


@dataclass(frozen=True)
class VariantFacts:
    """Everything that is known of one variant: what was observed, what others report, or both."""

    name: str
    asked: Variant
    backend: BackendInfo
    folder: str
    """Where it is published: a folder of the repository, empty for its root."""
    run: Run | None
    reported: tuple[Reported, ...]

    @property
    def made_elsewhere_with(self) -> str | None:
        """What made a variant that was not run here, where that was not its backend."""
        if self.run is not None:
            return None
        return next((entry.made_with for entry in self.reported if entry.made_with), None)

    @property
    def quantized(self) -> Quantized | None:
        """What was observed, of a variant that was quantized here."""
        return self.run.outcome if self.run and isinstance(self.run.outcome, Quantized) else None

    @property
    def compared(self) -> Compared | None:
        """What was observed, of an export that was made here."""
        return self.run.outcome if self.run and isinstance(self.run.outcome, Compared) else None


@dataclass(frozen=True)
class Facts:
    """All that a card is worded from."""

    manifest: Manifest
    evidence: Evidence
    variants: tuple[VariantFacts, ...]
    swept: tuple[SweptRun, ...] = ()
    """The runs of a sweep that were run here."""

    @property
    def records(self) -> tuple[DoneRecord, ...]:
        """Of all that was scored, compared or timed: versions, hardware."""
        swept = [record for run in self.swept for record in run.records]
        return (*(run.record for _fact, run in self.runs), *swept)

    @property
    def runs(self) -> tuple[tuple[VariantFacts, Run], ...]:
        """The variants that were run."""
        return tuple((fact, fact.run) for fact in self.variants if fact.run is not None)

    @property
    def quantized(self) -> tuple[tuple[VariantFacts, Run, Quantized], ...]:
        """The variants that were quantized and scored."""
        return tuple((fact, run, fact.quantized) for fact, run in self.runs if fact.quantized is not None)

    @property
    def compared(self) -> tuple[tuple[VariantFacts, Run, Compared], ...]:
        """The variants that were only exported."""
        return tuple((fact, run, fact.compared) for fact, run in self.runs if fact.compared is not None)

    @property
    def reported(self) -> tuple[Reported, ...]:
        """Every figure that others report, in the manifest's order."""
        return tuple(record.entry for record in self.evidence.reported)

    @property
    def base_reports(self) -> tuple[Reported, ...]:
        """What others report of the base model."""
        return tuple(entry for entry in self.reported if entry.variant is None and entry.parameters is None)

    @property
    def sweep(self) -> tuple[Reported, ...]:
        """The runs of a sweep that others report."""
        return tuple(entry for entry in self.reported if entry.parameters is not None)


def plan_from_evidence(manifest: Manifest, evidence: Evidence, place: str) -> Plan:
    """The plan that the evidence claims to be the outcome of.

    Args:
        manifest: the manifest as it is now.
        evidence: what was gathered for it.
        place: the evidence file, for messages.

    Raises:
        EvidenceError: where the manifest names an input or a backend that the evidence knows nothing of.
    """
    variants = run_variants(manifest, evidence.measured)
    try:
        return plan_steps(manifest, variants, evidence.resolutions, evidence.environments)
    except KeyError as error:
        message = f"holds nothing of {error.args[0]!r}, which the manifest names"
        raise EvidenceError((Problem(place, None, None, "", message, _REMEDY),)) from error


def gather_facts(manifest: Manifest, evidence: Evidence, place: str) -> Facts:
    """Join the evidence's records by variant, in the manifest's order.

    Raises:
        EvidenceError: naming every step of the manifest that the evidence has no record of.
    """
    plan = plan_from_evidence(manifest, evidence, place)
    records = {record.fingerprint: record for record in evidence.records}
    missing = [step for step in plan.steps if step.fingerprint not in records]
    if missing:
        raise EvidenceError(
            tuple(
                Problem(place, None, None, step.name, "no record fits the manifest as it is now", _REMEDY)
                for step in missing
            )
        )
    folders = variant_folders(manifest)
    return Facts(
        manifest,
        evidence,
        tuple(
            VariantFacts(
                name=name,
                asked=variant,
                backend=BACKENDS[variant.backend],
                folder=folders[name],
                run=_run(plan.variants[name], records) if name in plan.variants else None,
                reported=tuple(record.entry for record in evidence.reported if record.entry.variant == name),
            )
            for name, variant in manifest.variants.items()
        ),
        tuple(_swept(steps, records) for steps in plan.sweep),
    )


def _result(step: Step, kind: type[T], records: Mapping[str, DoneRecord]) -> T:
    found = records[step.fingerprint].result
    assert isinstance(found, kind)
    return found


def _swept(steps: RunSteps, records: Mapping[str, DoneRecord]) -> SweptRun:
    times = []
    for step in steps.benchmarks:
        assert isinstance(step.request, BenchmarkRequest)
        times.append(Timed(step.request, _result(step, BenchmarkResult, records), records[step.fingerprint]))
    return SweptRun(
        run=steps.run,
        export=_result(steps.export, ExportResult, records),
        quantize=_result(steps.quantize, QuantizeResult, records) if steps.quantize else None,
        baseline=_result(steps.baseline.evaluate, EvaluateResult, records),
        evaluate=_result(steps.scoring.evaluate, EvaluateResult, records),
        predict=_predicted(steps.scoring, records),
        predict_record=records[steps.scoring.predict.fingerprint],
        times=tuple(times),
    )


def _predicted(scoring: Scoring, records: Mapping[str, DoneRecord]) -> Predicted:
    request = scoring.predict.request
    assert isinstance(request, PredictRequest)
    return Predicted(request, _result(scoring.predict, PredictResult, records))


def _run(steps: VariantSteps, records: Mapping[str, DoneRecord]) -> Run:
    def result(step: Step, kind: type[T]) -> T:
        return _result(step, kind, records)

    outcome: Quantized | Compared
    if steps.quantize and steps.baseline and steps.scoring:
        quantize = steps.quantize.request
        tune = steps.tune.request if steps.tune else None
        assert tune is None or isinstance(tune, TuneRequest)
        assert isinstance(quantize, QuantizeRequest)
        outcome = Quantized(
            quantize=result(steps.quantize, QuantizeResult),
            quantize_request=quantize,
            baseline=result(steps.baseline.evaluate, EvaluateResult),
            evaluate=result(steps.scoring.evaluate, EvaluateResult),
            baseline_predict=_predicted(steps.baseline, records),
            predict=_predicted(steps.scoring, records),
            single=result(steps.single.evaluate, EvaluateResult) if steps.single else None,
            tune=result(steps.tune, TuneResult) if steps.tune else None,
            tune_request=tune,
        )
        last = steps.scoring.predict
    else:
        assert steps.compare is not None
        compare = steps.compare.request
        assert isinstance(compare, CompareRequest)
        outcome = Compared(result(steps.compare, CompareResult), compare)
        last = steps.compare
    return Run(
        export=result(steps.export, ExportResult),
        files=records[steps.made.fingerprint].artifact,
        outcome=outcome,
        record=records[last.fingerprint],
        snippet=records[steps.snippet.fingerprint],
    )


def version_of(fact: VariantFacts) -> str | None:
    """Version of the library that made the variant, where it was made here."""
    return fact.run.record.environment.packages[fact.backend.package] if fact.run else None


def versions_by_environment(records: Iterable[DoneRecord]) -> Mapping[str, Mapping[str, str]]:
    """Environment name to the versions of its decisive packages, for every environment that the card used."""
    merged: dict[str, dict[str, str]] = {}
    for record in records:
        merged.setdefault(record.environment.name, {}).update(record.versions)
    return {name: dict(sorted(versions.items())) for name, versions in merged.items()}
