"""Which process does which step, and which steps may run beside each other."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardgen.records.inputs import DatasetSlice, Source
from cardgen.records.locked import locked
from cardgen.records.request import (
    BenchmarkRequest,
    EvaluateRequest,
    ExportRequest,
    MetricRequest,
    PredictRequest,
    SnippetRequest,
    StepRequest,
)
from cardgen.run.executors import Load, Work
from cardgen.run.executors.local import LocalExecutor
from cardgen.run.workers.dispatch import needs_torch
from cardgen.run.workers.libraries import libraries
from cardgen.run.workers.protocol import Failed, Job, Log

TASK = "text-classification"
LOCAL = Source(origin="local", sha256="0" * 64)
DATA = DatasetSlice(source=LOCAL, format="csv")
COLUMNS = {"text": "text", "label": "label"}

EXPORT = ExportRequest(backend="onnxruntime", task=TASK, model=LOCAL)
PREDICT = PredictRequest(backend="onnxruntime", task=TASK, data=DATA, columns=COLUMNS, batch_size=8)
EVALUATE = EvaluateRequest(
    backend="neural-compressor", task=TASK, subject="baseline", metrics=(MetricRequest(type="accuracy"),)
)
SNIPPET = SnippetRequest(backend="onnxruntime", task=TASK, code="", repo_id="owner/model", folder="onnx")
BENCHMARK = BenchmarkRequest(
    backend="onnxruntime", task=TASK, batch_size=1, input_length=8, duration_s=1, warmup_runs=1, threads=1
)


@pytest.fixture
def executor(tmp_path: Path) -> Iterator[LocalExecutor]:
    (tmp_path / "place").mkdir()
    made = LocalExecutor(tmp_path / "place")
    yield made
    made.close()


def do(executor: LocalExecutor, python: Path, request: StepRequest, folder: Path) -> tuple[Failed, list[str]]:
    """Have a step done that must fail, as any does in an environment without its libraries."""
    logs: list[str] = []
    scratch = folder / f"scratch-{len(list(folder.iterdir()))}"
    output = scratch / "artifact"
    output.mkdir(parents=True)
    job = Job(request=request, paths={"model": folder, "predictions": folder}, output=output)
    end = executor.run(
        Work(python, job, scratch, 60.0), lambda event: logs.append(event.message) if isinstance(event, Log) else None
    )
    assert isinstance(end, Failed)
    return end, logs


def workers(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "place").glob("worker-*"))


def test_steps_of_an_environment_share_a_worker(executor: LocalExecutor, tmp_path: Path) -> None:
    python = Path(sys.executable)
    executor.expect(python, [EXPORT, EVALUATE])
    for request in (EXPORT, EVALUATE, EXPORT):
        end, logs = do(executor, python, request, tmp_path)
        assert end.error.type == "ModuleNotFoundError"
        assert logs == []
    assert workers(tmp_path) == ["worker-1"]


def test_scoring_has_a_worker_without_pytorch_unless_one_with_it_is_due(
    executor: LocalExecutor, tmp_path: Path
) -> None:
    python = Path(sys.executable)
    executor.expect(python, [EVALUATE, SNIPPET, PREDICT])
    do(executor, python, EVALUATE, tmp_path)
    do(executor, python, PREDICT, tmp_path)
    assert workers(tmp_path) == ["worker-1"]
    do(executor, python, EXPORT, tmp_path)
    assert workers(tmp_path) == ["worker-1", "worker-2"]


def test_what_may_share_nothing_is_done_by_a_fresh_process(executor: LocalExecutor, tmp_path: Path) -> None:
    own_code = EXPORT.model_copy(update={"trust_remote_code": True})
    for request in (SNIPPET, BENCHMARK, own_code):
        do(executor, Path(sys.executable), request, tmp_path)
    assert workers(tmp_path) == []


def test_isolated_every_step_is_done_by_a_fresh_process(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    executor = LocalExecutor(tmp_path / "place", isolated=True)
    do(executor, Path(sys.executable), EVALUATE, tmp_path)
    executor.close()
    assert workers(tmp_path) == []


def test_where_threads_run_from_the_start_steps_are_done_by_fresh_processes(
    executor: LocalExecutor, tmp_path: Path
) -> None:
    """An interpreter whose own site starts a thread, as some monitoring tools do."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    own = [path for path in sys.path if path.endswith("site-packages")]
    start = "import threading, time; threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    (packages / "a.pth").write_text("\n".join([*own, start]) + "\n")
    python = environment / "bin" / "python"
    end, logs = do(executor, python, EVALUATE, tmp_path)
    assert end.error.type == "ModuleNotFoundError"
    (said,) = logs
    assert said.startswith("a worker cannot be forked, so that steps take longer: threads run already: ")
    end, logs = do(executor, python, EVALUATE, tmp_path)
    assert (end.error.type, logs) == ("ModuleNotFoundError", [])


def test_a_build_that_is_stopped_while_a_worker_starts_begins_nothing_more(
    executor: LocalExecutor, tmp_path: Path
) -> None:
    """Whose start takes minutes, as an import on a busy machine may."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    started = tmp_path / "started"
    (packages / "a.pth").write_text(f"import time; time.sleep(300); open({str(started)!r}, 'x').close()\n")
    stopper = threading.Timer(1.0, executor.stop)
    stopper.start()
    end, logs = do(executor, environment / "bin" / "python", EVALUATE, tmp_path)
    stopper.join()
    assert (end.error.type, logs) == ("killed", [])
    assert not started.exists()


def test_a_worker_that_died_is_replaced(executor: LocalExecutor, tmp_path: Path) -> None:
    python = Path(sys.executable)
    do(executor, python, EVALUATE, tmp_path)
    ((worker,),) = executor._warm.values()
    worker.close()
    end, logs = do(executor, python, EVALUATE, tmp_path)
    assert (end.error.type, logs) == ("ModuleNotFoundError", [])
    assert workers(tmp_path) == ["worker-1", "worker-2"]


def beside(executor: LocalExecutor, request: StepRequest, *running: StepRequest, size: int = 0) -> bool:
    return executor.admits(Load(request, size), [Load(other, 0) for other in running])


def test_loading_code_may_run_beside_one_step_and_nothing_beside_a_benchmark(executor: LocalExecutor) -> None:
    assert all(beside(executor, request) for request in (EXPORT, SNIPPET, BENCHMARK))
    assert beside(executor, SNIPPET, PREDICT)
    assert beside(executor, PREDICT, SNIPPET)
    assert beside(executor, SNIPPET, SNIPPET)
    assert not beside(executor, PREDICT, PREDICT)
    assert not beside(executor, SNIPPET, PREDICT, SNIPPET)
    assert not beside(executor, SNIPPET, BENCHMARK)
    assert not beside(executor, BENCHMARK, SNIPPET)
    assert not beside(executor, SNIPPET, PREDICT, size=2**60), "it would not fit into the memory"


def test_as_many_steps_run_as_there_are_jobs_and_memory_for(tmp_path: Path) -> None:
    executor = LocalExecutor(tmp_path, jobs=3)
    assert beside(executor, PREDICT, PREDICT, EXPORT)
    assert beside(executor, SNIPPET, PREDICT, EXPORT, EXPORT)
    assert not beside(executor, PREDICT, PREDICT, EXPORT, EXPORT)
    assert not beside(executor, BENCHMARK, PREDICT)
    assert not beside(executor, PREDICT, BENCHMARK)
    assert not executor.admits(Load(PREDICT, 0), [Load(PREDICT, 2**60)]), "what runs needs the memory"


def test_only_steps_that_run_models_in_pytorch_need_it() -> None:
    assert not any(needs_torch(request) for request in (PREDICT, EVALUATE, SNIPPET))
    assert all(
        needs_torch(request)
        for request in (
            EXPORT,
            BENCHMARK,
            PREDICT.model_copy(update={"backend": "neural-compressor"}),
            PREDICT.model_copy(update={"task": "summarization"}),
        )
    )
    for request in (PREDICT, EVALUATE):
        assert "torch" not in libraries(request, with_torch=False)
        assert "torch" in libraries(request, with_torch=True)
    assert not any(name.startswith("transformers") for name in libraries(EVALUATE, with_torch=False))


def test_one_build_at_a_time_times_a_model_on_a_machine(
    executor: LocalExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDGEN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "steps").mkdir()
    ended: list[tuple[Failed, list[str]]] = []
    with locked(tmp_path / "cache" / "timing.lock", lambda: None):
        thread = threading.Thread(
            target=lambda: ended.append(do(executor, Path(sys.executable), BENCHMARK, tmp_path / "steps"))
        )
        thread.start()
        do(executor, Path(sys.executable), EVALUATE, tmp_path / "steps")  # what times nothing does not wait
        assert thread.is_alive()
    thread.join()
    ((end, logs),) = ended
    assert end.error.type == "ModuleNotFoundError"
    assert logs == ["another build times a model; waiting"]


def test_a_build_that_waits_to_time_a_model_can_be_stopped(
    executor: LocalExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDGEN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "steps").mkdir()
    stopper = threading.Timer(0.5, executor.stop)
    with locked(tmp_path / "cache" / "timing.lock", lambda: None):
        stopper.start()
        end, _logs = do(executor, Path(sys.executable), BENCHMARK, tmp_path / "steps")
    stopper.join()
    assert end.error.type == "killed"
