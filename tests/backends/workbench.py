"""Runs jobs and scripts in a backend's environment.

Jobs run in forks of a worker that has imported its libraries: `tests/run/` tests whole worker processes.
"""

from __future__ import annotations

import itertools
import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from cardgen.catalog.snippets import loading_snippet
from cardgen.records.inputs import DatasetSlice, Source
from cardgen.records.record import Failure
from cardgen.records.request import (
    CalibrationRequest,
    CompareRequest,
    EvaluateRequest,
    ExportRequest,
    MetricRequest,
    PredictRequest,
    QuantizeRequest,
    SnippetRequest,
    StepRequest,
    TuneRequest,
)
from cardgen.records.results.compare import CompareResult
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.results.snippet import SnippetResult
from cardgen.records.results.tune import TuneResult
from cardgen.run.environments import worker_environ, worker_path
from cardgen.run.workers.conversation import Hear
from cardgen.run.workers.protocol import Failed, Finished, Job, Log, Progress
from cardgen.run.workers.warm import WarmWorker

SCRIPTS = Path(__file__).parent / "scripts"
LOCAL = Source(origin="local", sha256="0" * 64)
CSV = DatasetSlice(source=LOCAL, format="csv")
TASK = "text-classification"
REPO_ID = "owner/model-int8"
_LIBRARIES = {
    "neural-compressor": ("optimum.intel", "neural_compressor.quantization"),
    "onnxruntime": ("optimum.onnxruntime",),
}
_ALWAYS = ("torch", "transformers", "datasets", "evaluate", "sklearn.metrics", "scipy.stats", "pyarrow.parquet")
_TIME_LIMIT_S = 600.0
_METRICS = tuple(MetricRequest(type=name) for name in ("accuracy", "f1", "matthews_correlation"))


@dataclass(frozen=True)
class Scoring:
    """What is answered, and by which metrics that is scored."""

    predict: PredictRequest
    metrics: tuple[MetricRequest, ...]

    def changed(self, **changes: object) -> Scoring:
        """With other fields of the first."""
        return Scoring(self.predict.model_copy(update=changes), self.metrics)


class Scored(NamedTuple):
    """What came of it."""

    result: EvaluateResult
    predictions: Path
    predicted: PredictResult


@dataclass
class Workbench:
    """One backend in one environment."""

    backend: str
    python: Path
    folder: Path
    stages: list[str] = field(default_factory=list)
    """Of the last job, in the order in which they were told."""
    finished: list[str] = field(default_factory=list)
    """Of the last job: stages that told their end, as often as they did."""
    _exports: dict[tuple[Path, str], tuple[ExportResult, Path]] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)
    _warm: WarmWorker | None = None
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def run(self, request: StepRequest, *, journal: Path | None = None, **paths: Path) -> Finished | Failed:
        """Run a job; its artifact is in :attr:`output`."""
        place = self.folder / f"{next(self._count):02}-{request.kind}"
        self.output = place / "output"
        self.output.mkdir(parents=True)
        self.stages, self.finished = [], []
        job = Job(request=request, paths=paths, output=self.output, packages=("torch", "transformers"), journal=journal)

        def hear(event: Progress | Log) -> None:
            if isinstance(event, Progress) and event.stage not in self.stages:
                self.stages.append(event.stage)
            if isinstance(event, Progress) and event.done == event.total:
                self.finished.append(event.stage)

        return self._ask(job, place, hear)

    def _ask(self, job: Job, place: Path, hear: Hear = lambda _event: None) -> Finished | Failed:
        """Have the warm worker do one job; it is started with the first."""
        if self._warm is None:
            packages = self._open.enter_context(worker_path())
            environ = {**worker_environ(offline=True, needs_token=False), "PYTHONPATH": str(packages)}
            program = (str(SCRIPTS / "warm_worker.py"),)
            self._warm = WarmWorker(self.python, environ, self.folder / "warm", program)
            self._open.callback(self._warm.close)
        return self._warm.run(job, [*_ALWAYS, *_LIBRARIES.get(self.backend, ())], place, hear, _TIME_LIMIT_S)

    def close(self) -> None:
        """End the warm worker."""
        self._open.close()

    def fail(self, request: StepRequest, **paths: Path) -> Failure:
        """Run a job that must fail."""
        end = self.run(request, **paths)
        assert isinstance(end, Failed), end
        return end.error

    def export(self, model: Path, task: str = TASK, **options: Any) -> tuple[ExportResult, Path]:
        """Export a model folder."""
        end = self.run(ExportRequest(backend=self.backend, task=task, model=LOCAL, **options), model=model)
        assert isinstance(end, Finished), end.error
        assert isinstance(end.result, ExportResult)
        return end.result, self.output

    def export_of(self, model: Path, task: str = TASK) -> tuple[ExportResult, Path]:
        """The plain export of a model folder, made once."""
        if (model, task) not in self._exports:
            self._exports[model, task] = self.export(model, task)
        return self._exports[model, task]

    def quantize(self, request: QuantizeRequest, export: Path, data: Path | None = None) -> tuple[QuantizeResult, Path]:
        """Quantize an export."""
        end = self.run(request, model=export, **({"data": data} if data else {}))
        assert isinstance(end, Finished), end.error
        assert isinstance(end.result, QuantizeResult)
        return end.result, self.output

    def evaluate(self, asked: Scoring, artifact: Path, baseline: Path | None = None, **paths: Path) -> Scored:
        """Have an artifact answer, and score that."""
        end = self._score(asked, artifact, baseline, **paths)
        assert isinstance(end, Scored), end.error
        return end

    def fail_to_score(self, asked: Scoring, artifact: Path, baseline: Path | None = None, **paths: Path) -> Failure:
        """Have an artifact answer, and score that; either must fail."""
        end = self._score(asked, artifact, baseline, **paths)
        assert isinstance(end, Failed), end
        return end.error

    def _score(self, asked: Scoring, artifact: Path, baseline: Path | None, **paths: Path) -> Scored | Failed:
        before = {"baseline": baseline} if baseline else {}
        predicted = self.run(asked.predict, model=artifact, **paths, **before)
        if isinstance(predicted, Failed):
            return predicted
        assert isinstance(predicted.result, PredictResult)
        predictions, stages = self.output, self.stages
        request = EvaluateRequest(
            backend=self.backend,
            task=asked.predict.task,
            subject="variant" if baseline else "baseline",
            metrics=asked.metrics,
        )
        end = self.run(request, predictions=predictions, **before)
        self.stages = [*stages, *self.stages]
        if isinstance(end, Failed):
            return end
        assert isinstance(end.result, EvaluateResult)
        return Scored(end.result, predictions, predicted.result)

    def tune(self, request: TuneRequest, **paths: Path) -> TuneResult:
        """Find what must stay FP32."""
        end = self.run(request, **paths)
        assert isinstance(end, Finished), end.error
        assert isinstance(end.result, TuneResult)
        return end.result

    def compare(self, request: CompareRequest, base: Path, export: Path, data: Path) -> CompareResult:
        """Compare an export with the model that it was made from."""
        end = self.run(request, model=export, base=base, data=data)
        assert isinstance(end, Finished), end.error
        assert isinstance(end.result, CompareResult)
        return end.result

    def snippet(self, request: SnippetRequest, artifact: Path) -> str:
        """What the loading code of an artifact prints."""
        end = self.run(request, model=artifact)
        assert isinstance(end, Finished), end.error
        assert isinstance(end.result, SnippetResult)
        return end.result.output

    def static(self, samples: int = 20, **options: Any) -> QuantizeRequest:
        """A request for static quantization, calibrated on column ``text`` of a CSV file in batches of 8."""
        calibration = CalibrationRequest(data=CSV, columns={"text": "text"}, samples=samples, batch_size=8, seed=1)
        return QuantizeRequest(backend=self.backend, task=TASK, approach="static", calibration=calibration, **options)

    def dynamic(self, **options: Any) -> QuantizeRequest:
        """A request for dynamic quantization."""
        return QuantizeRequest(backend=self.backend, task=TASK, approach="dynamic", **options)

    def scoring(
        self,
        batch_size: int = 16,
        metrics: tuple[MetricRequest, ...] = _METRICS,
        **changes: Any,
    ) -> Scoring:
        """A request to score on columns ``text`` and ``label`` of a CSV file."""
        fields: dict[str, Any] = {"task": TASK, "data": CSV, "columns": {"text": "text", "label": "label"}}
        return Scoring(PredictRequest(backend=self.backend, batch_size=batch_size, **{**fields, **changes}), metrics)

    def comparing(self, task: str = TASK, **changes: Any) -> CompareRequest:
        """A request to compare on column ``text`` of a CSV file."""
        fields: dict[str, Any] = {"data": CSV, "columns": {"text": "text"}, "samples": 20, "batch_size": 8}
        return CompareRequest(backend=self.backend, task=task, **{**fields, **changes})

    def loading(self, task: str, folder: str, *, quantized: bool, trust_remote_code: bool = False) -> SnippetRequest:
        """A request to run the loading code that a card prints."""
        code = loading_snippet(
            self.backend, task, REPO_ID, folder, ("text",), quantized=quantized, trust_remote_code=trust_remote_code
        )
        return SnippetRequest(backend=self.backend, task=task, code=code, repo_id=REPO_ID, folder=folder)

    def script(self, script: Path, *arguments: object) -> Any:
        """Run a script in the environment, and read the JSON in the last line that it prints."""
        place = self.folder / f"{next(self._count):02}-{script.stem}"
        place.mkdir()
        code = json.dumps([str(script), *map(str, arguments)])
        request = SnippetRequest(backend="script", task=TASK, code=code, repo_id=REPO_ID, folder="")
        end = self._ask(Job(request=request, paths={}, output=place), place)
        assert isinstance(end, Finished), end.error.detail
        return json.loads((place / "work" / "stdout").read_text().splitlines()[-1])
