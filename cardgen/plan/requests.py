"""A manifest and what its names resolved to → what each step is asked to do: one function a kind of step.

A new kind of step brings its request (``cardgen.records.request``), its function here, and its version and place in
``cardgen.plan.steps``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from cardgen.catalog.loading import RUN_LIBRARY, loading_code, missing_beside
from cardgen.catalog.tasks import TASKS
from cardgen.manifest.benchmark import Benchmark
from cardgen.manifest.data import Calibration, DatasetRef
from cardgen.manifest.grid import GridRun
from cardgen.manifest.model import Limit, Manifest, Variant
from cardgen.plan.adopted import adopted_input
from cardgen.plan.generation import generation_request
from cardgen.plan.layout import calibration_data, printed_snippet, published_model, tuning_data, variant_folders
from cardgen.records.inputs import DatasetSlice, Resolution
from cardgen.records.inspected import InspectedRecord
from cardgen.records.request import (
    AdoptRequest,
    BenchmarkRequest,
    CalibrationRequest,
    CompareRequest,
    EvaluateRequest,
    ExportRequest,
    MetricRequest,
    PredictRequest,
    QuantizationOptions,
    QuantizeRequest,
    SnippetRequest,
    TuneRequest,
)

Resolutions = Mapping[str, Resolution]

DEFAULT_COMPARED_SAMPLES = 100
"""Samples on which an export is compared with PyTorch."""

DEFAULT_COMPARED_BATCH = 8
"""In batches of so many."""

DEFAULT_WARMUP_RUNS = 10
"""Forward passes before a run is timed, where the manifest does not say."""

_ANY_REPOSITORY = "owner/repository"
"""Stands for the one that is published to, so that another name for it runs nothing again."""

_FORMATS: Mapping[str, str] = {"csv": "csv", "json": "json", "jsonl": "json", "parquet": "parquet"}


def export_request(manifest: Manifest, variant: Variant, resolutions: Resolutions) -> ExportRequest:
    """Save the base model for the variant's runtime."""
    source = resolutions["base_model"].source
    if source.origin == "local":
        source = source.model_copy(update={"id": None})  # a name that is given to the same content changes nothing
    return ExportRequest(
        backend=variant.backend,
        task=manifest.task,
        model=source,
        trust_remote_code=manifest.base_model.trust_remote_code,
        opset=variant.options.opset,
        generation=generation_request(manifest, resolutions["base_model"]),
    )


def quantize_request(manifest: Manifest, name: str, variant: Variant, resolutions: Resolutions) -> QuantizeRequest:
    """Quantize the variant's export, with the fallback that the manifest names.

    Raises:
        ValueError: for a variant that is only exported.
    """
    if variant.approach == "none":
        raise ValueError("an export is not quantized")
    options = variant.options
    return QuantizeRequest(
        backend=variant.backend,
        task=manifest.task,
        approach=variant.approach,
        calibration=_calibration(manifest, name, variant, resolutions) if variant.approach == "static" else None,
        fallback_modules=tuple(sorted(variant.fallback.modules or ())) if variant.fallback else (),
        options=QuantizationOptions(
            per_channel=options.per_channel,
            reduce_range=options.reduce_range,
            operators=tuple(sorted(options.operators)) if options.operators else None,
            exclude_nodes=tuple(sorted(options.exclude_nodes)),
        ),
        trust_remote_code=manifest.base_model.trust_remote_code,
    )


def tune_request(manifest: Manifest, name: str, variant: Variant, resolutions: Resolutions) -> TuneRequest:
    """Find the variant's fallback.

    Raises:
        ValueError: for a variant without a tolerance.
    """
    if variant.fallback is None or variant.fallback.tolerance is None:
        raise ValueError("nothing is tuned without a tolerance")
    evaluation = manifest.scoring
    primary = evaluation.primary or evaluation.metrics[0].type
    metric = next(metric for metric in evaluation.metrics if metric.type == primary)
    samples_per_batch = batch_size(manifest, variant.approach)
    return TuneRequest(
        backend=variant.backend,
        task=manifest.task,
        quantize=quantize_request(manifest, name, variant, resolutions),
        predict=tuning_predict_request(manifest, name, variant, resolutions, samples_per_batch)
        or predict_request(manifest, variant, resolutions, samples_per_batch),
        metric=MetricRequest(type=metric.type, args=metric.args),
        tolerance=variant.fallback.tolerance,
        absolute=variant.fallback.absolute,
    )


def adopt_request(
    manifest: Manifest, name: str, variant: Variant, resolutions: Resolutions, files: InspectedRecord
) -> AdoptRequest:
    """Make ready to run what somebody else made."""
    return AdoptRequest(
        backend=variant.backend,
        task=manifest.task,
        model=resolutions[adopted_input(name)].source,
        weights=files.weight_files,
        beside=tuple(file.path for file in files.files if file.path not in files.weight_files),
        trust_remote_code=manifest.base_model.trust_remote_code,
    )


def adopted_snippet_request(
    manifest: Manifest, name: str, variant: Variant, files: InspectedRecord
) -> SnippetRequest | None:
    """Run the code that the card prints for what somebody else made, on its files alone.

    ``None`` where none of it is of the variant's backend, or needs what is not among them, which the card tells.
    """
    model = published_model(manifest, name, files, _ANY_REPOSITORY)
    own = [one for one in loading_code(manifest.task, model) if one.library == RUN_LIBRARY]
    if not own or missing_beside(manifest.task, model):
        return None
    return SnippetRequest(
        backend=variant.backend,
        task=manifest.task,
        code=own[0].code,
        repo_id=_ANY_REPOSITORY,
        folder=model.folder,
        trust_remote_code=manifest.base_model.trust_remote_code,
        files=tuple(file.path for file in files.files),
    )


def predict_request(
    manifest: Manifest, variant: Variant, resolutions: Resolutions, samples_per_batch: int
) -> PredictRequest:
    """Have an artifact of the variant's backend answer the evaluation's samples."""
    evaluation = manifest.scoring
    return PredictRequest(
        backend=variant.backend,
        task=manifest.task,
        data=_slice(evaluation.data, evaluation.data.split, resolutions["evaluation"]),
        columns=evaluation.columns,
        labels=evaluation.labels,
        batch_size=samples_per_batch,
        **({} if evaluation.limit is None else {"limit": evaluation.limit.samples, "seed": evaluation.limit.seed}),
        trust_remote_code=manifest.base_model.trust_remote_code,
    )


def tuning_predict_request(
    manifest: Manifest, name: str, variant: Variant, resolutions: Resolutions, samples_per_batch: int
) -> PredictRequest | None:
    """Have a model answer the samples that the variant's fallback is chosen on, where they are not the evaluation's."""
    other = tuning_data(manifest.scoring, variant.fallback)
    if other is None:
        return None
    request = predict_request(manifest, variant, resolutions, samples_per_batch)
    return request.model_copy(update={"data": _slice(*other, resolutions[f"fallback.{name}"])})


def evaluate_request(manifest: Manifest, variant: Variant, *, baseline: bool) -> EvaluateRequest:
    """Score answers: those of the ``baseline`` itself, or of what is compared with it."""
    return EvaluateRequest(
        backend=variant.backend,
        task=manifest.task,
        subject="baseline" if baseline else "variant",
        metrics=tuple(MetricRequest(type=metric.type, args=metric.args) for metric in manifest.scoring.metrics),
    )


def compare_request(manifest: Manifest, variant: Variant, resolutions: Resolutions) -> CompareRequest:
    """Compare an export with the base model in PyTorch."""
    evaluation = manifest.scoring
    drawn = evaluation.limit or Limit(samples=DEFAULT_COMPARED_SAMPLES)
    return CompareRequest(
        backend=variant.backend,
        task=manifest.task,
        data=_slice(evaluation.data, evaluation.data.split, resolutions["evaluation"]),
        columns=_input_columns(manifest),
        samples=drawn.samples,
        seed=drawn.seed,
        batch_size=evaluation.batch_size or DEFAULT_COMPARED_BATCH,
        trust_remote_code=manifest.base_model.trust_remote_code,
    )


def snippet_request(manifest: Manifest, name: str, variant: Variant, resolutions: Resolutions) -> SnippetRequest:
    """Run the code that the card prints for the variant."""
    return SnippetRequest(
        backend=variant.backend,
        task=manifest.task,
        code=printed_snippet(manifest, name, resolutions["base_model"], _ANY_REPOSITORY),
        repo_id=_ANY_REPOSITORY,
        folder=variant_folders(manifest)[name],
        trust_remote_code=manifest.base_model.trust_remote_code,
    )


def grid_calibration(manifest: Manifest, run: GridRun) -> Calibration:
    """The samples that a static run of the grid looks at."""
    asked = (manifest.benchmark and manifest.benchmark.calibration) or Calibration()
    return asked if run.calibration_samples is None else asked.model_copy(update={"samples": run.calibration_samples})


def benchmark_requests(manifest: Manifest, run: GridRun) -> Iterator[BenchmarkRequest]:
    """Time a run of the grid: once for each batch size and input length."""
    asked = manifest.benchmark or Benchmark()
    for samples_per_batch, input_length in product(asked.batch_sizes, asked.input_lengths):
        yield BenchmarkRequest(
            backend=run.backend,
            task=manifest.task,
            batch_size=samples_per_batch,
            input_length=input_length,
            duration_s=asked.duration_s,
            warmup_runs=DEFAULT_WARMUP_RUNS if asked.warmup_runs is None else asked.warmup_runs,
            threads=asked.threads if run.threads is None else run.threads,
            trust_remote_code=manifest.base_model.trust_remote_code,
        )


def batch_size(manifest: Manifest, approach: str) -> int:
    """Dynamic INT8 takes its activation scales over the whole batch, padding included, so it is scored one by one."""
    return manifest.scoring.batch_size or (1 if approach == "dynamic" else TASKS[manifest.task].batch_size)


def _calibration(manifest: Manifest, name: str, variant: Variant, resolutions: Resolutions) -> CalibrationRequest:
    asked = variant.calibration or Calibration()
    ref, split = calibration_data(manifest.scoring, asked)
    return CalibrationRequest(
        data=_slice(ref, split, resolutions[f"calibration.{name}"]),
        columns=_input_columns(manifest),
        samples=asked.samples,
        batch_size=asked.batch_size,
        seed=asked.seed,
    )


def _input_columns(manifest: Manifest) -> dict[str, str]:
    """The columns that a model sees: what is expected of it is none of them."""
    seen = TASKS[manifest.task].input_columns
    return {role: column for role, column in manifest.scoring.columns.items() if role in seen}


def _slice(ref: DatasetRef, split: str | None, resolution: Resolution) -> DatasetSlice:
    if ref.path is None:
        return DatasetSlice(source=resolution.source, config=ref.config, split=split)
    suffix = ref.path.rsplit(".", 1)[-1].lower()
    return DatasetSlice(source=resolution.source, format=_FORMATS[suffix])
