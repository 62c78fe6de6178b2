"""A manifest → its plan: every step once, in an order in which they can run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cardgen.catalog.backends import BACKENDS
from cardgen.manifest.grid import GRID, GridRun, grid_runs
from cardgen.manifest.model import Manifest, Options, Variant
from cardgen.plan import requests
from cardgen.plan.adopted import ADOPTING, adopted_input, can_be_scored, with_adopted
from cardgen.plan.model import Plan, RunSteps, Scoring, Step, VariantSteps
from cardgen.records.canonical import fingerprint
from cardgen.records.environment import Environment
from cardgen.records.inputs import Resolution
from cardgen.records.inspected import InspectedRecord
from cardgen.records.record import DoneRecord, ReportedRecord
from cardgen.records.request import StepRequest

STEP_VERSIONS: Mapping[str, int] = {
    "export": 5,
    "quantize": 5,
    "tune": 6,
    "adopt": 1,
    "predict": 4,
    "evaluate": 4,
    "compare": 2,
    "snippet": 1,
    "benchmark": 2,
}
"""Raised when a step's code changes what it computes: records made before are then no longer used."""

_NEWER_VERSIONS = 20
"""So many versions of a step's code after this one are tried for a record of a newer cardgen."""

_ORDER = ("export", "tune", "quantize", "adopt", "snippet", "compare", "predict", "evaluate", "benchmark")


def run_variants(
    manifest: Manifest, also: Collection[str], inspected: Iterable[InspectedRecord] = ()
) -> tuple[str, ...]:
    """Names of the variants that are run: those that nobody reports, and those of ``also``.

    Of those that somebody else made, these are the ones that a backend can run, by their files.

    The runs of a grid go by the name :data:`cardgen.manifest.grid.GRID`, after the variants.
    """
    reported = manifest.reported_variants
    adopted = {record.variant for record in inspected if can_be_scored(manifest, record)}
    run = tuple(
        name
        for name, variant in manifest.variants.items()
        if (variant.backend in BACKENDS or name in adopted) and (name not in reported or name in also)
    )
    has_grid = manifest.benchmark is not None and manifest.benchmark.grid is not None
    return (*run, GRID) if has_grid and (not manifest.reports_runs or GRID in also) else run


def run_backends(manifest: Manifest, variants: Collection[str]) -> tuple[str, ...]:
    """The backends that running some variants takes, each once."""
    run = [variant for name, variant in manifest.variants.items() if name in variants]
    backends = [variant.backend if variant.made is None else ADOPTING for variant in run]
    return tuple(dict.fromkeys([*backends, *(run.backend for run in _planned_runs(manifest, variants))]))


def reported_records(manifest: Manifest) -> tuple[ReportedRecord, ...]:
    """What the manifest says that others report, as records, in its order."""
    return tuple(
        ReportedRecord(fingerprint=fingerprint(entry.model_dump(mode="json")), entry=entry)
        for entry in manifest.reported
    )


def plan_steps(
    manifest: Manifest,
    variants: Collection[str],
    resolutions: Mapping[str, Resolution],
    environments: Mapping[str, Environment],
    inspected: Iterable[InspectedRecord] = (),
) -> Plan:
    """Lay out the steps of a manifest.

    Args:
        manifest: a valid manifest.
        variants: names of those that are run.
        resolutions: what ``base_model`` and each name of :func:`cardgen.plan.layout.dataset_refs` meant.
        environments: backend name to the environment that runs it.
        inspected: what was read in the files of models that somebody else made.
    """
    files = {record.variant: record for record in inspected if record.variant is not None}
    planner = _Planner(manifest, with_adopted(resolutions, files.values()), environments, files)
    planned = {name: planner.variant(name, manifest.variants[name]) for name in manifest.variants if name in variants}
    sweep = tuple(planner.run(run) for run in _planned_runs(manifest, variants))
    return Plan(planner.ordered(), planned, sweep)


def trials_fingerprint(tune: Step) -> str:
    """Of all that decides what a candidate of a tuning scores: not of the loss that is allowed."""
    request = tune.request.model_dump(mode="json", exclude={"tolerance", "absolute"})
    return _fingerprint(tune.request.kind, request, tune.needs, tune.environment)


@dataclass(frozen=True)
class MadeFrom:
    """What the fingerprint of a record was taken over, beside what it needs."""

    request: Mapping[str, Any]
    """As JSON: without the keys that requests of its kind have come to have since."""
    code: int | None
    """The version of the step's code; ``None`` where no version gives this fingerprint."""


def made_from(record: DoneRecord) -> MadeFrom:
    """What decided a record's outcome. The version of the code, which it does not hold, is found by trying."""
    request = record.request
    newest = STEP_VERSIONS[request.kind]
    whole = request.model_dump(mode="json")
    written = request.model_dump(mode="json", exclude_unset=True)
    for asked in (whole, written):
        for version in (newest, *range(newest - 1, 0, -1), *range(newest + 1, newest + _NEWER_VERSIONS)):
            if _digest(version, asked, record.needs, record.environment) == record.fingerprint:
                return MadeFrom(asked, version)
    return MadeFrom(whole, None)


class _Planner:
    """Lays out steps, each once: those of several variants that do the same are one."""

    def __init__(
        self,
        manifest: Manifest,
        resolutions: Mapping[str, Resolution],
        environments: Mapping[str, Environment],
        files: Mapping[str, InspectedRecord],
    ) -> None:
        self._manifest = manifest
        self._resolutions = resolutions
        self._environments = environments
        self._files = files
        self._steps: dict[str, Step] = {}

    def variant(self, name: str, variant: Variant) -> VariantSteps:
        manifest = self._manifest
        if variant.made is not None:
            return self._adopted(name, variant.model_copy(update={"backend": ADOPTING, "approach": "dynamic"}))
        export = self._export(variant)
        if variant.approach == "none":
            request = requests.compare_request(manifest, variant, self._resolutions)
            inputs = {"data": "evaluation", "base": "base_model"}
            compare = self._step(f"compare {name}", request, {"model": export.fingerprint}, inputs)
            return VariantSteps(export, self._snippet(name, variant, export), compare=compare)
        baseline = self._baseline(variant, export)
        tune = None
        if variant.fallback and variant.fallback.tolerance is not None:
            tune = self._tune(name, variant, export, baseline)
        quantize = self._quantize(name, variant, export, tune)
        batch_size = requests.batch_size(manifest, variant.approach)
        scoring = self._score(variant, name, quantize, baseline, batch_size)
        single = None
        if variant.approach == "dynamic" and batch_size > 1:
            single = self._score(variant, f"{name} one by one", quantize, baseline, 1)
        snippet = self._snippet(name, variant, quantize)
        return VariantSteps(export, snippet, quantize, baseline, scoring, single, tune=tune)

    def _adopted(self, name: str, variant: Variant) -> VariantSteps:
        """As a dynamic one: nobody knows whether batches change what it answers."""
        export = self._export(variant)
        baseline = self._baseline(variant, export)
        request = requests.adopt_request(self._manifest, name, variant, self._resolutions, self._files[name])
        inputs = {"adopted": adopted_input(name)}
        adopt = self._step(f"adopt {name}", request, {"model": export.fingerprint}, inputs)
        batch_size = requests.batch_size(self._manifest, variant.approach)
        scoring = self._score(variant, name, adopt, baseline, batch_size)
        single = self._score(variant, f"{name} one by one", adopt, baseline, 1) if batch_size > 1 else None
        code = requests.adopted_snippet_request(self._manifest, name, variant, self._files[name])
        snippet = None
        if code is not None:
            inputs = {"model": adopted_input(name)}
            snippet = self._step(f"snippet {name}", code, {"adopted": adopt.fingerprint}, inputs)
        return VariantSteps(export, snippet, None, baseline, scoring, single, adopt=adopt)

    def run(self, run: GridRun) -> RunSteps:
        fp32 = Variant(backend=run.backend, approach="dynamic", options=Options(opset=run.opset))
        export = self._export(fp32, run.exported)
        baseline = scoring = self._baseline(fp32, export, run.exported)
        quantize = None
        if run.quantized_operators:
            options = Options(
                per_channel=run.per_channel,
                reduce_range=run.reduce_range,
                operators=run.quantized_operators,
                exclude_nodes=run.exclude_nodes or (),
                opset=run.opset,
            )
            approach = run.approach or "dynamic"
            calibration = requests.grid_calibration(self._manifest, run) if approach == "static" else None
            int8 = fp32.model_copy(update={"options": options, "approach": approach, "calibration": calibration})
            quantize = self._quantize(run.model, int8, export, None, source=GRID)
            batch_size = requests.batch_size(self._manifest, approach)
            scoring = self._score(int8, run.model, quantize, baseline, batch_size)
        needs = {"model": (quantize or export).fingerprint}
        timed = tuple(
            self._step(f"benchmark {run.name}, {each.batch_size} x {each.input_length} tokens", each, needs, {})
            for each in requests.benchmark_requests(self._manifest, run)
        )
        return RunSteps(run, export, quantize, baseline, scoring, timed)

    def ordered(self) -> tuple[Step, ...]:
        """By kind; a baseline that something is tuned against comes with the tuning, before all that is quantized."""
        steps = self._steps.values()
        tuned_against = {step.needs["baseline"] for step in steps if step.request.kind == "tune"}

        def rank(step: Step) -> int:
            return _ORDER.index("tune" if step.fingerprint in tuned_against else step.request.kind)

        return tuple(sorted(steps, key=rank))  # stable: a baseline stays before what needs it

    def _export(self, variant: Variant, which: str = "") -> Step:
        request = requests.export_request(self._manifest, variant, self._resolutions)
        name = f"export {BACKENDS[variant.backend].runtime} {which}".rstrip()
        return self._step(name, request, {}, {"model": "base_model"})

    def _tune(self, name: str, variant: Variant, export: Step, baseline: Scoring) -> Step:
        manifest, resolutions = self._manifest, self._resolutions
        request = requests.tune_request(manifest, name, variant, resolutions)
        fp32, data = baseline.predict, "evaluation"
        samples_per_batch = requests.batch_size(manifest, "none")
        answers = requests.tuning_predict_request(manifest, name, variant, resolutions, samples_per_batch)
        if answers is not None:
            data = f"fallback.{name}"
            title = f"predict FP32 {BACKENDS[variant.backend].runtime} to tune {name}"
            fp32 = self._step(title, answers, {"model": export.fingerprint}, {"data": data})
        needs = {"model": export.fingerprint, "baseline": fp32.fingerprint}
        inputs = {"data": data}
        if request.quantize.calibration is not None:
            inputs["calibration"] = f"calibration.{name}"
        return self._step(f"tune {name}", request, needs, inputs)

    def _quantize(
        self, name: str, variant: Variant, export: Step, tune: Step | None, source: str | None = None
    ) -> Step:
        source = source or name
        request = requests.quantize_request(self._manifest, source, variant, self._resolutions)
        needs = {"model": export.fingerprint}
        if tune is not None:
            request = request.model_copy(update={"fallback_modules": "tuned"})
            needs["tune"] = tune.fingerprint
        inputs = {} if request.calibration is None else {"data": f"calibration.{source}"}
        return self._step(f"quantize {name}", request, needs, inputs)

    def _baseline(self, variant: Variant, export: Step, which: str = "") -> Scoring:
        # In the same batches for every variant and manifest: where FP32 scores depend on them, it takes none.
        name = f"FP32 {BACKENDS[variant.backend].runtime} {which}".rstrip()
        return self._score(variant, name, export, None, requests.batch_size(self._manifest, "none"))

    def _score(self, variant: Variant, name: str, model: Step, baseline: Scoring | None, batch_size: int) -> Scoring:
        answers = requests.predict_request(self._manifest, variant, self._resolutions, batch_size)
        needs = {"model": model.fingerprint}
        if baseline is not None and batch_size > 1:
            needs["baseline"] = baseline.predict.fingerprint  # which finds out whether batches will do
        predict = self._step(f"predict {name}", answers, needs, {"data": "evaluation"})
        request = requests.evaluate_request(self._manifest, variant, baseline=baseline is None)
        needs = {"predictions": predict.fingerprint}
        if baseline is not None:
            needs["baseline"] = baseline.predict.fingerprint
        return Scoring(predict, self._step(f"evaluate {name}", request, needs, {}))

    def _snippet(self, name: str, variant: Variant, made: Step) -> Step:
        request = requests.snippet_request(self._manifest, name, variant, self._resolutions)
        return self._step(f"snippet {name}", request, {"model": made.fingerprint}, {})

    def _step(self, name: str, request: StepRequest, needs: Mapping[str, str], inputs: Mapping[str, str]) -> Step:
        environment = self._environments[request.backend]
        digest = _fingerprint(request.kind, request.model_dump(mode="json"), needs, environment)
        step = Step(name, digest, request, needs, environment, inputs)
        return self._steps.setdefault(step.fingerprint, step)


def _fingerprint(kind: str, request: Mapping[str, Any], needs: Mapping[str, str], environment: Environment) -> str:
    return _digest(STEP_VERSIONS[kind], request, needs, environment)


def _digest(code: int, request: Mapping[str, Any], needs: Mapping[str, str], environment: Environment) -> str:
    return fingerprint(
        {
            "code": code,
            "request": request,
            "needs": dict(needs),
            "packages": environment.packages,
        }
    )


def _planned_runs(manifest: Manifest, variants: Collection[str]) -> tuple[GridRun, ...]:
    if GRID not in variants or manifest.benchmark is None or manifest.benchmark.grid is None:
        return ()
    return grid_runs(manifest.benchmark.grid)
