"""Manifests and evidence made of chosen figures, for tests of what is pure: planning, wording, rendering, checking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from cardgen.card.assemble import CardPlace, card_place
from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.tasks import TASKS
from cardgen.export.beside import card_files
from cardgen.manifest.model import LoadedManifest, Manifest
from cardgen.plan.layout import dataset_refs
from cardgen.plan.model import Step
from cardgen.plan.steps import plan_steps, reported_records, run_backends, run_variants
from cardgen.records.canonical import fingerprint
from cardgen.records.environment import Environment, Hardware
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.inputs import Resolution, Source
from cardgen.records.record import ArtifactFile, DoneRecord
from cardgen.records.request import (
    AdoptRequest,
    BenchmarkRequest,
    CalibrationRequest,
    CompareRequest,
    EvaluateRequest,
    ExportRequest,
    PredictRequest,
    QuantizeRequest,
    SnippetRequest,
    TuneRequest,
)
from cardgen.records.results import StepResult
from cardgen.records.results.adopt import AdoptResult
from cardgen.records.results.benchmark import BenchmarkResult
from cardgen.records.results.calibration import CalibrationSeen, TokenLengths
from cardgen.records.results.compare import CompareResult
from cardgen.records.results.evaluate import EvaluateResult, PairedDifference, Score
from cardgen.records.results.export import ExportResult
from cardgen.records.results.fidelity import Divergence, Fidelity, Share
from cardgen.records.results.predict import BatchCheck, PredictResult
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.results.snippet import SnippetResult
from cardgen.records.results.tune import Candidate, Ranking, Sensitivity, TuneResult

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MODULES = (
    "encoder.layer.0.attention",
    "encoder.layer.0.ffn",
    "encoder.layer.1.attention",
    "encoder.layer.1.ffn",
    "classifier",
)
TUNED = (MODULES[1], MODULES[4])
"""What the tuner chooses."""
CHECK = BatchCheck(samples=8, difference=2.4e-7, tolerance=0.001)
"""Of a model that does not see padding."""
HARDWARE = Hardware(cpu="Example CPU", architecture="x86_64", cores=2, memory_bytes=8 * 10**9)


def manifest_data(**changes: Any) -> dict[str, Any]:
    """A valid manifest of two variants, as YAML would give it."""
    data: dict[str, Any] = {
        "version": 1,
        "repo_id": "owner/model-int8",
        "title": "INT8 model",
        "task": "text-classification",
        "base_model": {"id": "owner/model", "revision": COMMIT},
        "metadata": {"license": "apache-2.0", "language": ["en"]},
        "variants": {
            "pytorch": {
                "backend": "neural-compressor",
                "approach": "static",
                "calibration": {"samples": 100, "batch_size": 8},
                "fallback": {"modules": ["classifier"]},
            },
            "onnx": {"backend": "onnxruntime", "approach": "dynamic", "options": {"per_channel": True}},
        },
        "evaluation": {
            "dataset": {"id": "owner/data", "config": "main", "split": "validation"},
            "columns": {"text": "sentence", "label": "label"},
            "metrics": ["accuracy", {"type": "f1", "args": {"average": "macro"}}],
        },
    }
    return {**data, **changes}


def make_manifest(**changes: Any) -> Manifest:
    """The manifest of :func:`manifest_data`."""
    return Manifest.model_validate(manifest_data(**changes))


def load(manifest: Manifest, root: Path) -> LoadedManifest:
    """``manifest`` as if it had been read from ``root/manifests/model.yaml``."""
    return LoadedManifest(manifest=manifest, path=root / "manifests" / "model.yaml", root=root)


def make_resolutions(manifest: Manifest, also: Collection[str] = ()) -> dict[str, Resolution]:
    """Every name, resolved to one commit or hash; none where nothing is run."""
    base = manifest.base_model
    variants = run_variants(manifest, also)
    if not variants:
        return {}
    resolutions = {"base_model": _resolution("model", base.id, base.path, base.revision)}
    for name, (ref, _split) in dataset_refs(manifest, variants).items():
        resolutions[name] = _resolution("dataset", ref.id, ref.path, ref.revision)
    return resolutions


def _resolution(what: Any, hub_id: str | None, path: str | None, revision: str | None) -> Resolution:
    if path is None:
        source = Source(origin="hub", id=hub_id, commit=COMMIT)
    else:
        source = Source(origin="local", id=hub_id, sha256="ab" * 32)
    return Resolution(what=what, path=path, requested_revision=revision, source=source)


def make_environments(manifest: Manifest, also: Collection[str] = ()) -> dict[str, Environment]:
    """One environment for all backends, every package at 1.0."""
    return {
        backend: Environment(
            name="neural-compressor", packages=dict.fromkeys(BACKENDS[backend].decisive_packages, "1.0")
        )
        for backend in run_backends(manifest, run_variants(manifest, also))
    }


def make_evidence(
    manifest: Manifest, values: Mapping[str, float] | None = None, also: Collection[str] = ()
) -> Evidence:
    """Evidence that fits ``manifest``: the baseline scores 0.9432, each variant 0.9401 or what ``values`` says.

    What others report is measured too where ``also`` names it.
    """
    resolutions, environments = make_resolutions(manifest, also), make_environments(manifest, also)
    variants = run_variants(manifest, also)
    plan = plan_steps(manifest, variants, resolutions, environments)
    return Evidence(
        cardgen="1.0",
        resolutions=resolutions,
        environments=environments,
        measured=variants,
        records=tuple(_record(step, values or {}) for step in plan.steps),
        reported=reported_records(manifest),
    )


def commit_card(loaded: LoadedManifest, evidence: Evidence) -> CardPlace:
    """Lay evidence and all that is made of it where they are committed, without hashes."""
    place = card_place(loaded)
    place.folder.mkdir(parents=True)
    place.evidence.write_text(dump_evidence(evidence), encoding="utf-8")
    for path, text in card_files(loaded, evidence, place).items():
        (place.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (place.folder / path).write_text(text, encoding="utf-8")
    return place


def _record(step: Step, values: Mapping[str, float]) -> DoneRecord:
    return DoneRecord(
        step=step.name,
        fingerprint=step.fingerprint,
        request=step.request,
        needs=dict(step.needs),
        environment=step.environment,
        started="2026-01-02T03:04:05+00:00",
        seconds=1.5,
        versions=step.environment.packages,
        hardware=HARDWARE,
        result=_result(step, values),
        artifact=(ArtifactFile(path="model.bin", bytes=1000, sha256="cd" * 32),),
    )


def _result(step: Step, values: Mapping[str, float]) -> StepResult:
    match step.request:
        case ExportRequest():
            return ExportResult(
                weight_bytes=265_490_000,
                parameters=66_372_500,
                linear_modules=MODULES,
                embedding_modules=("embeddings",),
                labels=("negative", "positive"),
                opset=18 if step.request.backend == "onnxruntime" else None,
            )
        case QuantizeRequest(fallback_modules=asked, calibration=calibration):
            kept = TUNED if asked == "tuned" else asked
            return QuantizeResult(
                weight_bytes=74_660_000,
                int8_modules=tuple(name for name in MODULES if name not in kept),
                fp32_modules=kept,
                int8_embeddings=("embeddings",),
                saturation="never",
                calibration_seen=None if calibration is None else _whole_batches(calibration),
                calibration=None if calibration is None else _calibrated(calibration),
                operators={"MatMulInteger": 5} if step.request.backend == "onnxruntime" else {},
            )
        case AdoptRequest():
            return AdoptResult(weight_bytes=74_660_000, outputs=("logits",))
        case TuneRequest():
            return _tuned(step.request)
        case EvaluateRequest(subject=subject, metrics=metrics, task=task):
            value = 0.9432 if subject == "baseline" else values.get(step.name.removeprefix("evaluate "), 0.9401)
            scores = tuple(
                Score(
                    metric=m.type,
                    args=m.args,
                    value=value,
                    low=value - 0.01,
                    high=value + 0.01,
                    interval="wilson",
                    chance=0.5 if m.type in ("accuracy", "f1") else None,
                )
                for m in metrics
            )
            change = value - 0.9432
            low = change - 0.002
            differences = tuple(
                PairedDifference(
                    metric=m.type,
                    value=change,
                    low=low,
                    high=low + 0.004,
                    interval="paired-bootstrap",
                    mcnemar_p=0.0412 if m.type in ("accuracy", "exact_match") else None,
                )
                for m in metrics
            )
            return EvaluateResult(
                samples=872,
                scores=scores,
                differences=differences if subject == "variant" else (),
                fidelity=_fidelity(task, round(872 * change)) if subject == "variant" else None,
            )
        case PredictRequest(batch_size=size, limit=limit, task=task):
            writes = TASKS[task].generates
            return PredictResult(
                samples=872,
                drawn_from=None if limit is None else 1821,
                labels={} if writes else {"negative": "negative", "positive": "positive"},
                cut=5 if writes else None,
                settings={"max_length": 20, "prefix": "summarize: "} if writes else {},
                batch_check=CHECK if size > 1 and "baseline" not in step.needs else None,
                threads=1 if size == 1 else 2,
                lanes=2 if size == 1 else 1,
                seconds=3.2,
            )
        case CompareRequest(samples=samples):
            return CompareResult(
                samples=samples,
                drawn_from=872,
                largest_difference=0.0000123,
                tolerance=0.001,
                outputs=("logits",),
                threads=2,
            )
        case SnippetRequest():
            return SnippetResult(output="positive\n")
        case BenchmarkRequest(batch_size=size, input_length=length):
            mean = size * length * (0.2 if "INT8" in step.name else 0.4)
            return BenchmarkResult(
                runs=round(15_000 / mean),
                mean_ms=mean,
                std_ms=mean / 20,
                p50_ms=mean - 0.1,
                p90_ms=1.1 * mean,
                p99_ms=1.2 * mean,
                samples_per_s=1000 * size / mean,
                threads=step.request.threads or 2,
                peak_memory_bytes=500_000_000,
            )


def _whole_batches(asked: CalibrationRequest) -> int:
    return -(-asked.samples // asked.batch_size) * 8


def _calibrated(asked: CalibrationRequest) -> CalibrationSeen:
    """Samples whose hash depends on what is drawn from where."""
    count = _whole_batches(asked)
    tokens = TokenLengths(total=20 * count + 7, shortest=5, median=18.5, longest=48)
    return CalibrationSeen(
        samples=count,
        sha256=fingerprint(asked.model_dump(mode="json", exclude={"columns", "batch_size"})),
        tokens=tokens,
    )


def _fidelity(task: str, net: int) -> Fidelity:
    """Of answers of which ``net`` more are right than FP32's: three flips cancel out, and two differ in vain."""
    lost, gained = 3 + max(0, -net), 3 + max(0, net)
    writes = TASKS[task].generates
    return Fidelity(
        unit="sample",
        units=872,
        same=_share(872 - lost - gained - 2),
        lost=None if writes else _share(lost),
        gained=None if writes else _share(gained),
        divergence=None
        if writes
        else Divergence(mean=0.00312, low=0.0028, high=0.0035, median=0.0011, p99=0.041, largest=0.32, units=872),
    )


def _share(count: int) -> Share:
    share = count / 872
    return Share(count=count, low=max(0.0, share - 0.005), high=min(1.0, share + 0.005), interval="wilson")


def _tuned(request: TuneRequest) -> TuneResult:
    """Plain INT8 loses too much, one module is not enough, two are."""
    limit = 0.9432 - (request.tolerance if request.absolute else request.tolerance * 0.9432)
    return TuneResult(
        metric=request.metric.type,
        baseline=0.9432,
        limit=limit,
        score=0.9401,
        fallback_modules=TUNED,
        ranking=Ranking(
            modules=tuple(
                Sensitivity(module=name, noise=10.0**-index)
                for index, name in enumerate((*TUNED, "embeddings", *(name for name in MODULES if name not in TUNED)))
            ),
            samples=32,
            seconds=1.25,
        ),
        candidates=(
            Candidate(fp32_modules=(), score=0.9012, samples=872, seconds=2.5, accepted=False),
            Candidate(
                fp32_modules=MODULES[1:2], score=None, bound=limit - 0.001, samples=410, seconds=1.5, accepted=False
            ),
            Candidate(fp32_modules=MODULES[:1], score=None, samples=1, seconds=1.5, accepted=False, fault="it is NaN"),
            Candidate(fp32_modules=TUNED, score=0.9401, samples=872, seconds=2.75, accepted=True),
        ),
        samples=872,
        calibration=None if request.quantize.calibration is None else _calibrated(request.quantize.calibration),
        threads=2,
    )
