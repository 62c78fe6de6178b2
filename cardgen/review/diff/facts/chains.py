"""Joins the records of an evidence, from the model that was saved to how it answers, whatever planned them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from cardgen.manifest.grid import GRID, GRID_BACKENDS, GridRun
from cardgen.records.evidence import Evidence
from cardgen.records.record import DoneRecord
from cardgen.records.request import (
    AdoptRequest,
    BenchmarkRequest,
    CompareRequest,
    EvaluateRequest,
    ExportRequest,
    PredictRequest,
    QuantizeRequest,
    SnippetRequest,
    TuneRequest,
)
from cardgen.records.results.adopt import AdoptResult
from cardgen.records.results.benchmark import BenchmarkResult
from cardgen.records.results.compare import CompareResult
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.quantize import QuantizeResult


@dataclass(frozen=True)
class Scored:
    """How a model answered, and how good that is."""

    request: PredictRequest
    answers: PredictResult
    answered: DoneRecord
    scored: DoneRecord
    result: EvaluateResult


@dataclass(frozen=True)
class Timed:
    """How fast a model is, on inputs of one shape."""

    request: BenchmarkRequest
    result: BenchmarkResult
    record: DoneRecord


@dataclass(frozen=True)
class Chain:
    """All that was recorded of a variant, or of a run of a sweep."""

    made: DoneRecord
    """What is published: quantized, or only exported."""
    export: ExportResult | None
    export_request: ExportRequest | None
    quantize: QuantizeResult | None
    quantize_request: QuantizeRequest | None
    tune_request: TuneRequest | None
    score: Scored | None
    baseline: Scored | None
    """Of FP32 in the same runtime; ``None`` for a model that is one itself."""
    compare: CompareResult | None
    compare_request: CompareRequest | None
    times: tuple[Timed, ...]
    code: str | None
    """The loading code that was run."""


class Records:
    """The records of one evidence, by what they are of."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._of = {record.fingerprint: record for record in evidence.records}
        self._users: dict[tuple[str, str], list[DoneRecord]] = {}
        for record in evidence.records:
            for role, needed in record.needs.items():
                self._users.setdefault((role, needed), []).append(record)

    @cached_property
    def variants(self) -> dict[str, Chain]:
        """By name: the loading code of each was run, or it is of others, who name it."""
        measured = iter([name for name in self._evidence.measured if name != GRID])
        found = {}
        for record in self._evidence.records:
            if isinstance(record.request, SnippetRequest) and record.needs.get("model") in self._of:
                # Evidence of format 3 names no steps, and has them in the order of the variants.
                name = record.step.removeprefix("snippet ") or next(measured, record.fingerprint)
                found[name] = self._chain(self._of[record.needs["model"]], record.request.code)
            elif isinstance(record.request, AdoptRequest):
                found[record.step.removeprefix("adopt ")] = self._chain(record, None)
        return found

    @cached_property
    def runs(self) -> dict[str, Chain]:
        """The runs of a sweep, by what they were made with: ``onnxruntime INT8 Gather MatMul``."""
        timed = [record for record in self._evidence.records if isinstance(record.request, BenchmarkRequest)]
        made = dict.fromkeys(record.needs["model"] for record in timed if record.needs.get("model") in self._of)
        chains = [self._chain(self._of[fingerprint], None) for fingerprint in made]
        parts = [part for chain in chains for part in _by_threads(chain)]
        runs = [_run(part) for part in parts]
        # A run is only told by what sets it apart.
        if len({run.threads for run in runs}) < 2:
            runs = [replace(run, threads=None) for run in runs]
        if len({run.calibration_samples for run in runs} - {None}) < 2:
            runs = [replace(run, calibration_samples=None) for run in runs]
        return {run.name: part for run, part in zip(runs, parts, strict=True)}

    def _chain(self, made: DoneRecord, code: str | None) -> Chain:
        quantized = made.result if isinstance(made.result, QuantizeResult) else None
        derived = quantized is not None or isinstance(made.result, AdoptResult)
        export = self._of.get(made.needs.get("model", "")) if derived else made
        tune = self._of.get(made.needs.get("tune", ""))
        score = max(self._scored(made), key=lambda scored: scored.request.batch_size, default=None)
        compare = next((user for user in self._users_of("model", made) if user.request.kind == "compare"), None)
        return Chain(
            made=made,
            export=export.result if export and isinstance(export.result, ExportResult) else None,
            export_request=export.request if export and isinstance(export.request, ExportRequest) else None,
            quantize=quantized,
            quantize_request=made.request if isinstance(made.request, QuantizeRequest) else None,
            tune_request=tune.request if tune and isinstance(tune.request, TuneRequest) else None,
            score=score,
            baseline=self._baseline(score) if score else None,
            compare=compare.result if compare and isinstance(compare.result, CompareResult) else None,
            compare_request=compare.request if compare and isinstance(compare.request, CompareRequest) else None,
            times=tuple(
                Timed(user.request, user.result, user)
                for user in self._users_of("model", made)
                if isinstance(user.request, BenchmarkRequest) and isinstance(user.result, BenchmarkResult)
            ),
            code=code,
        )

    def _users_of(self, role: str, record: DoneRecord) -> list[DoneRecord]:
        return self._users.get((role, record.fingerprint), [])

    def _scored(self, made: DoneRecord) -> Iterator[Scored]:
        """A variant whose score depends on the batch is scored twice, in batches first."""
        for answered in self._users_of("model", made):
            yield from self._scores_of(answered)

    def _baseline(self, score: Scored) -> Scored | None:
        answered = self._of.get(score.scored.needs.get("baseline", ""))
        if answered is None:
            return None
        return next((found for found in self._scores_of(answered) if _is_baseline(found.scored)), None)

    def _scores_of(self, answered: DoneRecord) -> Iterator[Scored]:
        if isinstance(answered.request, PredictRequest) and isinstance(answered.result, PredictResult):
            for scored in self._users_of("predictions", answered):
                if isinstance(scored.result, EvaluateResult):
                    yield Scored(answered.request, answered.result, answered, scored, scored.result)


def _is_baseline(scored: DoneRecord) -> bool:
    return isinstance(scored.request, EvaluateRequest) and scored.request.subject == "baseline"


def _by_threads(chain: Chain) -> Iterator[Chain]:
    """A model that is timed with several numbers of threads has a run for each."""
    for threads in dict.fromkeys(timed.request.threads for timed in chain.times):
        yield replace(chain, times=tuple(timed for timed in chain.times if timed.request.threads == threads))


def _run(chain: Chain) -> GridRun:
    """What a run was made with."""
    backends = {backend: framework for framework, backend in GRID_BACKENDS.items()}
    framework = backends.get(chain.made.request.backend, "onnxruntime")
    request = chain.quantize_request
    run = GridRun(
        framework,
        opset=chain.export_request.opset if chain.export_request else None,
        threads=next((timed.request.threads for timed in chain.times), None),
    )
    if request is None:
        return run
    return replace(
        run,
        apply_quantization=True,
        approach=request.approach,
        calibration_samples=request.calibration.samples if request.calibration else None,
        operators_to_quantize=request.options.operators,
        per_channel=request.options.per_channel,
        reduce_range=request.options.reduce_range,
        exclude_nodes=request.options.exclude_nodes,
    )
