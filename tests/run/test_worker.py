"""The worker as a process: what it says, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cardgen.errors import StepError
from cardgen.records.record import Failure
from cardgen.records.request import EvaluateRequest
from cardgen.run.environments import worker_environ, worker_path
from cardgen.run.hardware import describe_hardware
from cardgen.run.workers.failures import describe_failure, shorten_paths
from cardgen.run.workers.protocol import Job
from tests.backends.fixtures import models, neural_compressor, onnxruntime
from tests.backends.workbench import LOCAL, TASK, Workbench
from tests.waiting import PATIENCE_S, eventually, wait_for_end

__all__ = ["models", "neural_compressor", "onnxruntime"]

EXPORT = {"kind": "export", "backend": "onnxruntime", "task": TASK, "model": LOCAL.model_dump()}
SNIPPET = {"kind": "snippet", "backend": "onnxruntime", "task": TASK, "repo_id": "owner/model", "folder": "onnx"}


@contextmanager
def worker(
    python: Path, job: dict[str, Any], folder: Path, *more_path: Path
) -> Iterator[tuple[subprocess.Popen[bytes], Iterator[Any]]]:
    """A worker that was given a job, and the events that it sends."""
    read_end, write_end = os.pipe()
    scratch = folder / "scratch"
    scratch.mkdir()
    with worker_path() as packages, (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [python, "-P", "-m", "cardgen.run.workers.child", "--events-fd", str(write_end)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=scratch,
            env={
                **worker_environ(offline=True, needs_token=False),
                "PYTHONPATH": os.pathsep.join(map(str, (packages, *more_path))),
            },
            pass_fds=(write_end,),
            start_new_session=True,
        )
        os.close(write_end)
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
            with os.fdopen(read_end, "rb") as events:
                yield process, (json.loads(line) for line in events)
        finally:
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()


def job_of(folder: Path, **changes: Any) -> dict[str, Any]:
    output = folder / "output"
    output.mkdir(exist_ok=True)
    return {"request": EXPORT, "paths": {"model": str(folder / "model")}, "output": str(output), **changes}


def test_events_are_json_and_prints_are_not_among_them(tmp_path: Path) -> None:
    """Needs no backend: a job that names none ends in a failure, with exit status 0."""
    job = job_of(tmp_path, request={**EXPORT, "backend": "none"})
    with worker(Path(sys.executable), job, tmp_path) as (process, events):
        (event,) = list(events)
        assert process.wait() == 0
    assert event == {
        "event": "failed",
        "error": {
            "type": "StepError",
            "message": "There is no backend `none`.",
            "remedy": "There are: neural-compressor, onnxruntime.",
            "detail": "",
        },
    }


def test_a_missing_package_is_told_before_the_work(tmp_path: Path) -> None:
    with worker(Path(sys.executable), job_of(tmp_path, packages=["no-such-package"]), tmp_path) as (process, events):
        (event,) = list(events)
        assert process.wait() == 0
    assert event["error"]["message"] == "The package `no-such-package` is not installed in the environment."


def test_a_library_that_cannot_be_imported_is_a_failure_with_its_traceback(tmp_path: Path) -> None:
    """The development environment has no torch, so there a backend cannot start."""
    with worker(Path(sys.executable), job_of(tmp_path), tmp_path) as (process, events):
        *progress, event = events
        assert process.wait() == 0
    assert [said["stage"] for said in progress] == ["loading libraries"]
    assert event["error"]["type"] == "ModuleNotFoundError"
    assert 'File "cardgen/run/workers/child.py"' in event["error"]["detail"]
    for place in (Path.home(), tmp_path, Path(__file__).parents[2], sys.prefix):
        assert f"{place}/" not in event["error"]["detail"]


def test_a_job_that_is_not_one_is_a_crash(tmp_path: Path) -> None:
    with worker(Path(sys.executable), {"request": "dance"}, tmp_path) as (process, events):
        assert list(events) == []
        assert process.wait() == 1


def snippet_of(folder: Path, code: str) -> dict[str, Any]:
    (folder / "model").mkdir()
    return job_of(folder, request={**SNIPPET, "code": f'model_id = "owner/model"\n{code}'})


def test_loading_code_is_run_by_a_worker_that_imports_no_library(tmp_path: Path) -> None:
    """The development environment has no torch. What a record keeps holds no path of this machine."""
    job = snippet_of(tmp_path, "print('x' * 3000)\nprint(model_id)")
    with worker(Path(sys.executable), job, tmp_path) as (process, events):
        told, last = events
        assert process.wait() == 0
    assert told["stage"] == "running the loading code"
    end = "<scratch>/repository\n"
    assert last["result"] == {"kind": "snippet", "output": "x" * (1999 - len(end)) + "\n" + end}


def test_loading_code_that_fails_is_a_failure_with_its_traceback(tmp_path: Path) -> None:
    job = snippet_of(tmp_path, "open(model_id + '/onnx/none')")
    with worker(Path(sys.executable), job, tmp_path) as (process, events):
        *_, last = events
        assert process.wait() == 0
    error = last["error"]
    assert error["type"] == "LoadingCodeError"
    reason = "FileNotFoundError: [Errno 2] No such file or directory: '<scratch>/repository/onnx/none'"
    assert error["message"] == f"The loading code that the card prints fails: {reason}"
    assert error["detail"].startswith('Traceback (most recent call last):\n  File "<scratch>/loading_code.py", line 2')
    assert str(tmp_path) not in last["error"]["detail"]


def test_loading_code_ends_with_the_worker(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = f"import os, time\nopen({str(pid)!r}, 'x').write(f'{{os.getpid()}}\\n')\ntime.sleep(600)"
    with worker(Path(sys.executable), snippet_of(tmp_path, code), tmp_path) as (process, _):
        eventually(lambda: pid.exists() and pid.read_text().endswith("\n"), "the code is not run")
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
        wait_for_end(int(pid.read_text()))


def test_loading_code_ends_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    """Nobody may be left to end its group: the build can be killed as well."""
    pid = tmp_path / "pid"
    code = f"import os, time\nopen({str(pid)!r}, 'x').write(f'{{os.getpid()}}\\n')\ntime.sleep(600)"
    with worker(Path(sys.executable), snippet_of(tmp_path, code), tmp_path) as (process, _):
        eventually(lambda: pid.exists() and pid.read_text().endswith("\n"), "the code is not run")
        process.kill()
        process.wait()
        wait_for_end(int(pid.read_text()))


DATA = {"source": LOCAL.model_dump(), "format": "csv"}


@pytest.mark.parametrize(
    ("request_", "message", "remedy"),
    [
        (
            {**EXPORT, "task": "text-to-image"},
            "The onnxruntime backend cannot export a model for `text-to-image`.",
            "It can for: text-classification, multi-label-classification, text-regression, token-classification",
        ),
        (
            {**EXPORT, "backend": "neural-compressor", "task": "image-classification"},
            "The neural-compressor backend cannot export a model for `image-classification`.",
            "It can for: text-classification, multi-label-classification, text-regression, token-classification",
        ),
        (
            {"kind": "quantize", "backend": "onnxruntime", "task": "feature-extraction", "approach": "dynamic"},
            "The onnxruntime backend cannot quantize a model for `feature-extraction`.",
            "It can for: text-classification, multi-label-classification, text-regression, token-classification",
        ),
        (
            {
                "kind": "compare",
                "backend": "neural-compressor",
                "task": TASK,
                "data": DATA,
                "columns": {"text": "text"},
                "samples": 5,
                "batch_size": 1,
            },
            "The neural-compressor backend cannot compare a model for `text-classification`.",
            "Use another backend.",
        ),
    ],
)
def test_a_task_that_a_backend_does_not_have_is_told_before_the_work(
    tmp_path: Path, request_: dict[str, Any], message: str, remedy: str
) -> None:
    with worker(Path(sys.executable), job_of(tmp_path, request=request_), tmp_path) as (process, events):
        (event,) = list(events)
        assert process.wait() == 0
    assert event["error"]["message"] == message
    assert remedy in event["error"]["remedy"]


@pytest.mark.slow
def test_a_worker_ends_with_its_parent(onnxruntime: Workbench, models: Path, tmp_path: Path) -> None:
    job = job_of(tmp_path, paths={"model": str(models / "single")})
    with worker(onnxruntime.python, job, tmp_path) as (process, events):
        assert next(events)["stage"] == "loading libraries"
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
        assert [event for event in events if event["event"] == "finished"] == []


@pytest.mark.slow
def test_a_finished_job_tells_versions_and_hardware(onnxruntime: Workbench, models: Path, tmp_path: Path) -> None:
    job = job_of(tmp_path, paths={"model": str(models / "single")}, packages=["torch", "onnxruntime", "scikit-learn"])
    with worker(onnxruntime.python, job, tmp_path) as (process, events):
        *progress, last = events
        assert process.wait() == 0
    assert {event["event"] for event in progress} == {"progress"}
    assert last["event"] == "finished"
    assert last["versions"].keys() == {"torch", "onnxruntime", "scikit-learn"}
    assert last["versions"]["torch"] == "2.13.0"
    assert last["hardware"] == json.loads(describe_hardware().model_dump_json())
    assert sorted(path.name for path in (tmp_path / "output").iterdir()) == [
        "config.json",
        "model.onnx",
        "onnx_modules.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ]


def fenced(folder: Path, forbidden: str) -> Path:
    """A folder for the path of an interpreter, which then ends with 77 at an audit event that is ``forbidden``."""
    fence = folder / "fence"
    fence.mkdir()
    (fence / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def watch(event, arguments):\n"
        f"    if {forbidden}:\n"
        "        os._exit(77)\n"
        "sys.addaudithook(watch)\n"
    )
    return fence


@pytest.mark.slow
def test_what_runs_no_pytorch_does_not_import_it(onnxruntime: Workbench, models: Path, tmp_path: Path) -> None:
    """It takes longer to import than most steps take without."""
    _, export = onnxruntime.export_of(models / "single")
    scoring = onnxruntime.scoring(limit=20)
    answered = onnxruntime.evaluate(scoring, export, data=models / "single" / "test.csv")
    importing = "event == 'import' and arguments[0] in {}"
    predict = ("torch",), scoring.predict, {"model": export, "data": models / "single" / "test.csv"}
    metrics = EvaluateRequest(backend="onnxruntime", task=TASK, subject="variant", metrics=scoring.metrics)
    answers = {"predictions": answered.predictions, "baseline": answered.predictions}
    evaluate = ("torch", "transformers.utils"), metrics, answers
    for spared, request, paths in (predict, evaluate):
        place = tmp_path / request.kind
        place.mkdir()
        given = {name: str(path) for name, path in paths.items()}
        job = job_of(place, request=json.loads(request.model_dump_json()), paths=given)
        with worker(onnxruntime.python, job, place, fenced(place, importing.format(spared))) as (process, events):
            last = list(events)[-1]
            assert process.wait() == 0
        assert last["event"] == "finished", last
    with worker(onnxruntime.python, job_of(tmp_path), tmp_path, fenced(tmp_path, importing.format(("torch",)))) as ran:
        assert ran[0].wait() == 77, "an export imports it"


@pytest.mark.slow
def test_no_worker_touches_the_network(neural_compressor: Workbench, models: Path, tmp_path: Path) -> None:
    """A fence inside the interpreter ends the process at the first name that is looked up or socket that connects."""
    fence = fenced(tmp_path, "event in ('socket.connect', 'socket.getaddrinfo')")
    look_up = [str(neural_compressor.python), "-P", "-c", "import socket; socket.getaddrinfo('localhost', 80)"]
    assert subprocess.run(look_up, env={"PYTHONPATH": str(fence)}).returncode == 77
    _, export = neural_compressor.export_of(models / "single")
    request = json.loads(neural_compressor.scoring(limit=20).predict.model_dump_json())
    paths = {"model": str(export), "data": str(models / "single" / "test.csv")}
    job = job_of(tmp_path, request=request, paths=paths)
    with worker(neural_compressor.python, job, tmp_path, fence) as (process, events):
        last = list(events)[-1]
        assert process.wait() == 0
    assert last["event"] == "finished", last


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job.model_validate(job_of(tmp_path))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), "out-of-memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), "out-of-memory"),
        (OSError(28, "No space left on device"), "disk-full"),
        (RuntimeError("PytorchStreamWriter failed: No space left on device (os error 28)"), "disk-full"),
    ],
)
def test_want_of_memory_or_disk_is_told_apart(job: Job, error: Exception, kind: str) -> None:
    failure = describe_failure(error, job)
    assert failure.type == kind
    assert failure.message
    assert failure.remedy


def test_a_users_mistake_has_no_traceback(job: Job) -> None:
    failure = describe_failure(StepError("No column.", remedy="Add one."), job)
    assert failure == Failure(type="StepError", message="No column.", remedy="Add one.")


def test_paths_of_the_machine_are_shortened(job: Job) -> None:
    text = f"{job.paths['model']}/config.json {job.output} {sys.prefix}/bin {Path.home()}/x /usr/lib"
    short = shorten_paths(text, job)
    assert short.startswith("<model>/config.json <output> ")
    assert short.endswith("~/x /usr/lib")
    assert str(job.output.parent) not in short


def test_hardware_reads_what_linux_says(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("model name\t: Example CPU\nflags\t\t: fpu avx2 avx512_vnni other\n\nmodel name\t: Second\n")
    found = describe_hardware(cpuinfo)
    assert found.cpu == "Example CPU"
    assert found.instruction_sets == ("avx2", "avx512_vnni")
    assert found.cores == len(os.sched_getaffinity(0))
    assert found.memory_bytes > 10**8


def test_hardware_without_cpuinfo_is_still_told(tmp_path: Path) -> None:
    assert describe_hardware(tmp_path / "none").cpu
