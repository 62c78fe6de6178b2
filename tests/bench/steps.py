"""Steps as a build runs them: each in a worker of its own.

``python -m tests.bench.steps`` runs one step, so that the memory of its worker is told apart from that of others.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from cardgen.records.inputs import DatasetSlice, Source
from cardgen.records.request import CalibrationRequest, MetricRequest, PredictRequest, StepRequest
from cardgen.records.results import StepResult
from cardgen.run.environments import worker_environ, worker_path
from cardgen.run.workers.fresh import FreshWorker
from cardgen.run.workers.protocol import EVENT, Finished, Job
from tests.bench.minilm import CALIBRATION_SAMPLES, trained
from tests.bench.processes import ROOT, run_module

LOCAL = Source(origin="local", sha256="0" * 64)
CSV = DatasetSlice(source=LOCAL, format="csv")
TASK = "text-classification"
ACCURACY = MetricRequest(type="accuracy")
CALIBRATION = CalibrationRequest(data=CSV, columns={"text": "name"}, samples=CALIBRATION_SAMPLES, batch_size=8, seed=42)
_TIME_LIMIT_S = 3600.0

Result = TypeVar("Result", bound=StepResult)


@dataclass(frozen=True)
class Ran(Generic[Result]):
    """A step that ran to its end."""

    result: Result
    seconds: float
    """Of the whole worker."""
    memory: int
    """The most that the worker had resident, in bytes."""
    artifact: Path


def predicting(backend: str, batch_size: int) -> PredictRequest:
    """A request to answer the test rows."""
    columns = {"text": "name", "label": "category"}
    return PredictRequest(backend=backend, task=TASK, data=CSV, columns=columns, batch_size=batch_size)


def run_step(kind: type[Result], name: str, request: StepRequest, **paths: Path) -> Ran[Result]:
    """Run one step in a new worker; its artifact is kept in ``build/bench-steps/NAME``.

    Raises:
        SystemExit: if it fails.
    """
    output = ROOT / "build" / "bench-steps" / name
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    job = Job(request=request, paths=paths, output=output)
    (said,) = run_module("tests.bench.steps", job.model_dump_json().encode()).said
    event = EVENT.validate_python(said["event"])
    if not isinstance(event, Finished):
        raise SystemExit(f"{name}: {said['event']}")
    assert isinstance(event.result, kind)
    return Ran(event.result, said["seconds"], said["memory"], output)


def main() -> None:
    """Run the job on standard input; print its last event, its wall seconds and its peak memory as JSON."""
    job = Job.model_validate_json(sys.stdin.read())
    with worker_path() as package, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        environ = {**worker_environ(offline=True, needs_token=False), "PYTHONPATH": str(package)}
        started = time.perf_counter()
        event = FreshWorker(trained().python, environ).run(job, Path(scratch), lambda _event: None, _TIME_LIMIT_S)
        seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(json.dumps({"event": event.model_dump(mode="json"), "seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    main()
