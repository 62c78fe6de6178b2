"""A manifest and what its names resolved to, as ordered steps with fingerprints. Pure: no file, network or clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.layout import variant_folder
from cardgen.catalog.snippets import loading_snippet
from cardgen.catalog.tasks import TASKS
from cardgen.manifest.benchmark import Benchmark
from cardgen.manifest.grid import GRID, GridRun, grid_runs
from cardgen.manifest.model import Calibration, DatasetRef, Evaluation, Manifest, Options, Variant
from cardgen.records.canonical import fingerprint
from cardgen.records.model import Environment, ReportedRecord, Resolution
from cardgen.records.request import (
    BenchmarkRequest,
    CalibrationRequest,
    CompareRequest,
    DatasetSlice,
    EvaluateRequest,
    ExportRequest,
    MetricRequest,
    PredictRequest,
    QuantizationOptions,
    QuantizeRequest,
    SnippetRequest,
    StepRequest,
    TuneRequest,
)

STEP_VERSIONS: Mapping[str, int] = {
    "export": 3,
    "quantize": 2,
    "tune": 2,
    "predict": 1,
    "evaluate": 2,
    "compare": 1,
    "snippet": 1,
    "benchmark": 1,
}
"""Raised when a step's code changes what it computes: records made before are then no longer used."""

_ANY_REPOSITORY = "owner/repository"
"""Stands for the one that is published to, so that another name for it runs nothing again."""

DEFAULT_COMPARED_SAMPLES = 100
"""Samples on which an export is compared with PyTorch."""

DEFAULT_COMPARED_BATCH = 8
"""In batches of so many."""

DEFAULT_WARMUP_RUNS = 10
"""Forward passes before a run is timed, where the manifest does not say."""


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
    snippet: Step
    quantize: Step | None = None
    baseline: Scoring | None = None
    scoring: Scoring | None = None
    single: Scoring | None = None
    """Of a variant whose score depends on the batch, and that is scored in batches of several: one by one."""
    compare: Step | None = None
    """Of an export that is published as it is, instead of the three before."""
    tune: Step | None = None
    """Of a variant whose fallback is a tolerance."""

    @property
    def made(self) -> Step:
        """The step whose artifact is published."""
        return self.quantize or self.export


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


def dataset_refs(manifest: Manifest, variants: Collection[str]) -> dict[str, tuple[DatasetRef, str | None]]:
    """Every dataset that running some variants takes: resolution name to the reference and the split that is read."""
    if not variants:
        return {}
    evaluation = manifest.scoring.data
    refs = {"evaluation": (evaluation, evaluation.split)}
    for name, variant in manifest.variants.items():
        if variant.approach == "static" and name in variants:
            refs[f"calibration.{name}"] = calibration_data(manifest.scoring, variant.calibration or Calibration())
    return refs


def run_variants(manifest: Manifest, also: Collection[str]) -> tuple[str, ...]:
    """Names of the variants that are run: those that nobody reports, and those of ``also``.

    The runs of a grid go by the name :data:`cardgen.manifest.grid.GRID`, after the variants.
    """
    reported = manifest.reported_variants
    run = tuple(name for name in manifest.variants if name not in reported or name in also)
    has_grid = manifest.benchmark is not None and manifest.benchmark.grid is not None
    return (*run, GRID) if has_grid and (not manifest.reports_runs or GRID in also) else run


def run_backends(manifest: Manifest, variants: Collection[str]) -> tuple[str, ...]:
    """The backends that running some variants takes, each once."""
    backends = [variant.backend for name, variant in manifest.variants.items() if name in variants]
    return tuple(dict.fromkeys([*backends, *(run.backend for run in _planned_runs(manifest, variants))]))


def reported_records(manifest: Manifest) -> tuple[ReportedRecord, ...]:
    """What the manifest says that others report, as records, in its order."""
    return tuple(
        ReportedRecord(fingerprint=fingerprint(entry.model_dump(mode="json")), entry=entry)
        for entry in manifest.reported
    )


def variant_folders(manifest: Manifest) -> dict[str, str]:
    """Where each variant lies in the published repository."""
    return variant_folder({name: BACKENDS[variant.backend].runtime for name, variant in manifest.variants.items()})


def printed_snippet(manifest: Manifest, name: str, repo_id: str | None = None, *, own_layout: bool = True) -> str:
    """The loading code that the card prints for a variant.

    Args:
        manifest: the manifest.
        name: the variant's.
        repo_id: of another repository than the manifest's.
        own_layout: whether the files lie there as cardgen lays them out, which only a variant's run can tell.
    """
    variant = manifest.variants[name]
    return loading_snippet(
        variant.backend,
        manifest.task,
        repo_id or manifest.repo_id,
        variant_folders(manifest)[name],
        tuple(manifest.evaluation.columns) if manifest.evaluation else (),
        quantized=variant.approach != "none",
        trust_remote_code=manifest.base_model.trust_remote_code,
        own_layout=own_layout,
    )


def calibration_data(evaluation: Evaluation, calibration: Calibration) -> tuple[DatasetRef, str | None]:
    """The dataset and split that calibrate: the evaluation's dataset unless another is named.

    On the Hub the split is ``train`` unless another is named; a local file has none unless it is given one.
    """
    ref = calibration.dataset or evaluation.data
    named = calibration.split or (calibration.dataset.split if calibration.dataset else None)
    return ref, named or (None if ref.path else "train")


def plan_steps(
    manifest: Manifest,
    variants: Collection[str],
    resolutions: Mapping[str, Resolution],
    environments: Mapping[str, Environment],
) -> Plan:
    """Lay out the steps of a manifest.

    Args:
        manifest: a valid manifest.
        variants: names of those that are run.
        resolutions: what ``base_model`` and each name of :func:`dataset_refs` meant.
        environments: backend name to the environment that runs it.
    """
    steps: dict[str, Step] = {}

    def add(step: Step) -> Step:
        return steps.setdefault(step.fingerprint, step)

    def score(variant: Variant, name: str, model: Step, baseline: Scoring | None, batch_size: int) -> Scoring:
        environment = environments[variant.backend]
        predict = add(_predict(manifest, variant, resolutions, environment, name, model, batch_size))
        return Scoring(predict, add(_evaluate(manifest, variant, environment, name, predict, baseline)))

    def score_baseline(variant: Variant, export: Step) -> Scoring:
        # In the same batches for every variant and manifest: FP32 scores do not depend on them, and one is enough.
        name = f"FP32 {BACKENDS[variant.backend].runtime}"
        return score(variant, name, export, None, _batch_size(manifest, "none"))

    planned = {}
    for name, variant in manifest.variants.items():
        if name not in variants:
            continue
        environment = environments[variant.backend]
        export = add(_export(manifest, variant, resolutions, environment))
        if variant.approach == "none":
            compare = add(_compare(manifest, name, variant, resolutions, environment, export))
            snippet = add(_snippet(manifest, name, variant, environment, export))
            planned[name] = VariantSteps(export, snippet, compare=compare)
            continue
        baseline = score_baseline(variant, export)
        tune = None
        if variant.fallback and variant.fallback.tolerance is not None:
            tune = add(_tune(manifest, name, variant, resolutions, environment, export, baseline))
        quantize = add(_quantize(manifest, name, variant, resolutions, environment, export, tune))
        batch_size = _batch_size(manifest, variant.approach)
        scoring = score(variant, name, quantize, baseline, batch_size)
        single = None
        if variant.approach == "dynamic" and batch_size > 1:
            single = score(variant, f"{name} one by one", quantize, baseline, 1)
        snippet = add(_snippet(manifest, name, variant, environment, quantize))
        planned[name] = VariantSteps(export, snippet, quantize, baseline, scoring, single, tune=tune)
    sweep = []
    for run in _planned_runs(manifest, variants):
        environment = environments[run.backend]
        fp32 = Variant(backend=run.backend, approach="dynamic")
        export = add(_export(manifest, fp32, resolutions, environment))
        made = export
        baseline = scoring = score_baseline(fp32, export)
        if run.quantized_operators:
            options = Options(per_channel=run.per_channel, operators=run.quantized_operators)
            int8 = fp32.model_copy(update={"options": options})
            made = add(_quantize(manifest, run.name, int8, resolutions, environment, export, None))
            scoring = score(int8, run.name, made, baseline, _batch_size(manifest, "dynamic"))
        timed = tuple(add(step) for step in _benchmarks(manifest, run, environment, made))
        sweep.append(RunSteps(run, export, None if made is export else made, baseline, scoring, timed))
    order = ("export", "tune", "quantize", "snippet", "compare", "predict", "evaluate", "benchmark")
    tuned_against = {step.needs["baseline"] for step in steps.values() if step.request.kind == "tune"}

    def rank(step: Step) -> int:
        return order.index("tune" if step.fingerprint in tuned_against else step.request.kind)

    ordered = sorted(steps.values(), key=rank)  # stable: a baseline stays before what needs it
    return Plan(tuple(ordered), planned, tuple(sweep))


def _planned_runs(manifest: Manifest, variants: Collection[str]) -> tuple[GridRun, ...]:
    if GRID not in variants or manifest.benchmark is None or manifest.benchmark.grid is None:
        return ()
    return grid_runs(manifest.benchmark.grid)


def _benchmarks(manifest: Manifest, run: GridRun, environment: Environment, made: Step) -> Iterator[Step]:
    asked = manifest.benchmark or Benchmark()
    for batch_size, input_length in product(asked.batch_sizes, asked.input_lengths):
        request = BenchmarkRequest(
            backend=run.backend,
            task=manifest.task,
            batch_size=batch_size,
            input_length=input_length,
            duration_s=asked.duration_s,
            warmup_runs=DEFAULT_WARMUP_RUNS if asked.warmup_runs is None else asked.warmup_runs,
            threads=asked.threads,
            trust_remote_code=manifest.base_model.trust_remote_code,
        )
        name = f"benchmark {run.name}, {batch_size} x {input_length} tokens"
        yield _step(name, request, {"model": made.fingerprint}, environment, {})


def _export(
    manifest: Manifest, variant: Variant, resolutions: Mapping[str, Resolution], environment: Environment
) -> Step:
    base, source = manifest.base_model, resolutions["base_model"].source
    if source.origin == "local":
        source = source.model_copy(update={"id": None})  # a name that is given to the same content changes nothing
    request = ExportRequest(
        backend=variant.backend,
        task=manifest.task,
        model=source,
        trust_remote_code=base.trust_remote_code,
        opset=variant.options.opset,
    )
    runtime = BACKENDS[variant.backend].runtime
    return _step(f"export {runtime}", request, {}, environment, {"model": "base_model"})


def _quantize(
    manifest: Manifest,
    name: str,
    variant: Variant,
    resolutions: Mapping[str, Resolution],
    environment: Environment,
    export: Step,
    tune: Step | None,
) -> Step:
    request, inputs = _quantization(manifest, name, variant, resolutions)
    needs = {"model": export.fingerprint}
    if tune is not None:
        request = request.model_copy(update={"fallback_modules": "tuned"})
        needs["tune"] = tune.fingerprint
    return _step(f"quantize {name}", request, needs, environment, inputs)


def _tune(
    manifest: Manifest,
    name: str,
    variant: Variant,
    resolutions: Mapping[str, Resolution],
    environment: Environment,
    export: Step,
    baseline: Scoring,
) -> Step:
    if variant.fallback is None or variant.fallback.tolerance is None:
        raise ValueError("nothing is tuned without a tolerance")
    quantize, inputs = _quantization(manifest, name, variant, resolutions)
    evaluation = manifest.scoring
    primary = evaluation.primary or evaluation.metrics[0].type
    metric = next(metric for metric in evaluation.metrics if metric.type == primary)
    request = TuneRequest(
        backend=variant.backend,
        task=manifest.task,
        quantize=quantize,
        predict=_predictions(manifest, variant, resolutions, _batch_size(manifest, variant.approach)),
        metric=MetricRequest(type=metric.type, args=metric.args),
        tolerance=variant.fallback.tolerance,
        absolute=variant.fallback.absolute,
    )
    needs = {"model": export.fingerprint, "baseline": baseline.predict.fingerprint}
    roles = {"data": "evaluation", **({"calibration": inputs["data"]} if inputs else {})}
    return _step(f"tune {name}", request, needs, environment, roles)


def _quantization(
    manifest: Manifest, name: str, variant: Variant, resolutions: Mapping[str, Resolution]
) -> tuple[QuantizeRequest, dict[str, str]]:
    """The request with the fallback that the manifest names, and the input that it reads."""
    if variant.approach == "none":
        raise ValueError("an export is not quantized")
    calibration = None
    inputs = {}
    if variant.approach == "static":
        asked = variant.calibration or Calibration()
        ref, split = calibration_data(manifest.scoring, asked)
        key = f"calibration.{name}"
        seen = TASKS[manifest.task].input_columns
        columns = {role: column for role, column in manifest.scoring.columns.items() if role in seen}
        calibration = CalibrationRequest(
            data=_slice(ref, split, resolutions[key]),
            columns=columns,
            samples=asked.samples,
            batch_size=asked.batch_size,
            seed=asked.seed,
        )
        inputs["data"] = key
    options = variant.options
    request = QuantizeRequest(
        backend=variant.backend,
        task=manifest.task,
        approach=variant.approach,
        calibration=calibration,
        fallback_modules=tuple(sorted(variant.fallback.modules or ())) if variant.fallback else (),
        options=QuantizationOptions(
            per_channel=options.per_channel,
            operators=tuple(sorted(options.operators)) if options.operators else None,
            exclude_nodes=tuple(sorted(options.exclude_nodes)),
        ),
        trust_remote_code=manifest.base_model.trust_remote_code,
    )
    return request, inputs


def _batch_size(manifest: Manifest, approach: str) -> int:
    """Dynamic INT8 takes its activation scales over the whole batch, padding included, so it is scored one by one."""
    return manifest.scoring.batch_size or (1 if approach == "dynamic" else TASKS[manifest.task].batch_size)


def _predict(
    manifest: Manifest,
    variant: Variant,
    resolutions: Mapping[str, Resolution],
    environment: Environment,
    name: str,
    model: Step,
    batch_size: int,
) -> Step:
    request = _predictions(manifest, variant, resolutions, batch_size)
    return _step(f"predict {name}", request, {"model": model.fingerprint}, environment, {"data": "evaluation"})


def _predictions(
    manifest: Manifest, variant: Variant, resolutions: Mapping[str, Resolution], batch_size: int
) -> PredictRequest:
    evaluation = manifest.scoring
    return PredictRequest(
        backend=variant.backend,
        task=manifest.task,
        data=_slice(evaluation.data, evaluation.data.split, resolutions["evaluation"]),
        columns=evaluation.columns,
        labels=evaluation.labels,
        batch_size=batch_size,
        limit=evaluation.limit,
        trust_remote_code=manifest.base_model.trust_remote_code,
    )


def _evaluate(
    manifest: Manifest,
    variant: Variant,
    environment: Environment,
    name: str,
    predict: Step,
    baseline: Scoring | None,
) -> Step:
    request = EvaluateRequest(
        backend=variant.backend,
        task=manifest.task,
        subject="variant" if baseline else "baseline",
        metrics=tuple(MetricRequest(type=metric.type, args=metric.args) for metric in manifest.scoring.metrics),
    )
    needs = {"predictions": predict.fingerprint}
    if baseline:
        needs["baseline"] = baseline.predict.fingerprint
    return _step(f"evaluate {name}", request, needs, environment, {})


def _compare(
    manifest: Manifest,
    name: str,
    variant: Variant,
    resolutions: Mapping[str, Resolution],
    environment: Environment,
    export: Step,
) -> Step:
    evaluation = manifest.scoring
    seen = TASKS[manifest.task].input_columns
    request = CompareRequest(
        backend=variant.backend,
        task=manifest.task,
        data=_slice(evaluation.data, evaluation.data.split, resolutions["evaluation"]),
        columns={role: column for role, column in evaluation.columns.items() if role in seen},
        samples=evaluation.limit or DEFAULT_COMPARED_SAMPLES,
        batch_size=evaluation.batch_size or DEFAULT_COMPARED_BATCH,
        trust_remote_code=manifest.base_model.trust_remote_code,
    )
    inputs = {"data": "evaluation", "base": "base_model"}
    return _step(f"compare {name}", request, {"model": export.fingerprint}, environment, inputs)


def _snippet(manifest: Manifest, name: str, variant: Variant, environment: Environment, made: Step) -> Step:
    request = SnippetRequest(
        backend=variant.backend,
        task=manifest.task,
        code=printed_snippet(manifest, name, _ANY_REPOSITORY),
        repo_id=_ANY_REPOSITORY,
        folder=variant_folders(manifest)[name],
        trust_remote_code=manifest.base_model.trust_remote_code,
    )
    return _step(f"snippet {name}", request, {"model": made.fingerprint}, environment, {})


def _slice(ref: DatasetRef, split: str | None, resolution: Resolution) -> DatasetSlice:
    if ref.path is None:
        return DatasetSlice(source=resolution.source, config=ref.config, split=split)
    suffix = ref.path.rsplit(".", 1)[-1].lower()
    return DatasetSlice(source=resolution.source, format=_FORMATS[suffix])


_FORMATS: Mapping[str, str] = {"csv": "csv", "json": "json", "jsonl": "json", "parquet": "parquet"}


def _step(
    name: str,
    request: StepRequest,
    needs: Mapping[str, str],
    environment: Environment,
    inputs: Mapping[str, str],
) -> Step:
    digest = fingerprint(
        {
            "code": STEP_VERSIONS[request.kind],
            "request": request.model_dump(mode="json"),
            "needs": dict(needs),
            "packages": environment.packages,
        }
    )
    return Step(name, digest, request, needs, environment, inputs)
