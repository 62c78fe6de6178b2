"""A project whose card is built: manifest, evidence, card and stored artifacts, as a build leaves them."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from cardgen import __version__
from cardgen.card.assemble import card_place, render_manifest
from cardgen.catalog.backends import BACKENDS
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.plan import Step, plan_steps
from cardgen.records.codec import dump_json
from cardgen.records.model import (
    ArtifactFile,
    DoneRecord,
    Environment,
    EvaluateResult,
    Evidence,
    ExportResult,
    Hardware,
    PairedDifference,
    QuantizeResult,
    Resolution,
    Score,
)
from cardgen.records.request import EvaluateRequest, ExportRequest, Source
from cardgen.records.store import Store

LINEAR = ("classifier", "encoder.layer.0.output")

PACKAGES = {
    **{name: "1.0" for info in BACKENDS.values() for name in info.decisive_packages},
    "neural-compressor": "3.7.1",
    "onnxruntime": "1.31.1",
}

PYTORCH: dict[str, object] = {"backend": "neural-compressor", "approach": "dynamic"}
ONNX: dict[str, object] = {"backend": "onnxruntime", "approach": "dynamic"}


class Project:
    """One manifest in a folder of its own, and the means to build it anew with other outcomes."""

    def __init__(
        self, root: Path, *, repo_id: str = "tester/names-int8", variants: dict[str, dict[str, object]] | None = None
    ) -> None:
        self.root = root
        self.repo_id = repo_id
        self.variants = variants or {"pytorch": PYTORCH, "onnx": ONNX}
        self.store = Store(root)
        self.manifest = root / "names.yaml"
        (root / ".git").mkdir(parents=True, exist_ok=True)
        self.build()

    def build(
        self, *, accuracy: float = 0.912109375, title: str = "INT8 names", weights: bytes = b"\x80weights"
    ) -> None:
        """Write everything, with this title, accuracy of the variants, and content of their weight files."""
        manifest = json.loads(json.dumps(self._manifest(title)))  # without shared parts, which YAML would alias
        self.manifest.write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
        loaded = self.loaded
        resolutions = {
            "base_model": _resolution("model", "someone/names"),
            "evaluation": _resolution("dataset", "someone/names-data"),
        }
        environments = {
            "neural-compressor": Environment(name="neural-compressor", packages=PACKAGES),
            "onnxruntime": Environment(name="neural-compressor", packages=PACKAGES),
        }
        used = {variant["backend"] for variant in self.variants.values()}
        environments = {name: environment for name, environment in environments.items() if name in used}
        plan = plan_steps(loaded.manifest, resolutions, environments)
        evidence = Evidence(
            cardgen=__version__,
            resolutions=resolutions,
            environments=environments,
            records=tuple(self._record(step, accuracy, weights) for step in plan.steps),
        )
        place = card_place(loaded)
        place.folder.mkdir(parents=True, exist_ok=True)
        place.evidence.write_text(dump_json(evidence), encoding="utf-8")
        place.readme.write_text(render_manifest(loaded, evidence, place), encoding="utf-8")

    @property
    def loaded(self) -> LoadedManifest:
        return load_manifest(self.manifest)

    @property
    def card(self) -> Path:
        return self.root / "cards" / "names"

    @property
    def readme(self) -> str:
        return (self.card / "README.md").read_text(encoding="utf-8")

    def _manifest(self, title: str) -> dict[str, object]:
        return {
            "version": 1,
            "repo_id": self.repo_id,
            "title": title,
            "task": "text-classification",
            "base_model": {"id": "someone/names", "revision": "1" * 40},
            "metadata": {"license": "apache-2.0", "language": ["en"]},
            "variants": self.variants,
            "evaluation": {
                "dataset": {"id": "someone/names-data", "split": "test", "revision": "2" * 40},
                "columns": {"text": "name", "label": "category"},
                "metrics": ["accuracy"],
            },
        }

    def _record(self, step: Step, accuracy: float, weights: bytes) -> DoneRecord:
        request = step.request
        files: dict[str, bytes] = {"predictions.parquet": b"PAR1"}
        result: ExportResult | QuantizeResult | EvaluateResult
        if isinstance(request, ExportRequest):
            files = {"model.safetensors": b"fp32"}
            result = ExportResult(
                weight_bytes=4000, parameters=1000, linear_modules=LINEAR, embedding_modules=("embeddings",)
            )
        elif isinstance(request, EvaluateRequest):
            result = _score(request, accuracy)
        else:
            name = "model_quantized.onnx" if request.backend == "onnxruntime" else "pytorch_model.bin"
            config = {"_name_or_path": "/home/somebody/model", "architectures": ["BertForSequenceClassification"]}
            files = {name: weights, "config.json": json.dumps(config).encode(), "vocab.txt": b"[PAD]\n"}
            result = QuantizeResult(
                weight_bytes=len(weights), int8_modules=LINEAR, fp32_modules=(), fp32_embeddings=("embeddings",)
            )
        return DoneRecord(
            fingerprint=step.fingerprint,
            request=request,
            needs=dict(step.needs),
            environment=step.environment,
            started="2026-11-20T12:00:00Z",
            seconds=1.0,
            versions=step.environment.packages,
            hardware=Hardware(cpu="Some CPU", architecture="x86_64", cores=2, memory_bytes=8 * 10**9),
            result=result,
            artifact=self._keep(step.fingerprint, files),
        )

    def _keep(self, fingerprint: str, files: dict[str, bytes]) -> tuple[ArtifactFile, ...]:
        with self.store.scratch(fingerprint) as scratch:
            made = scratch / "artifact"
            made.mkdir()
            for path, content in files.items():
                (made / path).write_bytes(content)
            return self.store.keep_artifact(fingerprint, made)


def _resolution(what: str, repo_id: str) -> Resolution:
    commit = "1" * 40 if what == "model" else "2" * 40
    return Resolution.model_validate(
        {"what": what, "requested_revision": commit, "source": Source(origin="hub", id=repo_id, commit=commit)}
    )


def _score(request: EvaluateRequest, accuracy: float) -> EvaluateResult:
    baseline = request.subject == "baseline"
    value = 0.9140625 if baseline else accuracy
    score = Score(metric="accuracy", value=value, low=value - 0.02, high=value + 0.02, interval="wilson")
    change = value - 0.9140625
    paired = PairedDifference(metric="accuracy", value=change, low=change - 0.01, high=change + 0.01, interval="exact")
    return EvaluateResult(
        samples=1024, scores=(score,), differences=() if baseline else (paired,), labels={"Lu": "Lu"}, threads=2
    )
