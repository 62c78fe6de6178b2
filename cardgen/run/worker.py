"""Runs one step inside a backend's environment: ``python -P -m cardgen.run.worker --events-fd N``.

A job (``protocol.Job``, one line of JSON) comes on standard input; events (JSON lines) go to the given file descriptor
and nowhere else. What libraries print goes to standard output and error as it is. Standard input stays open for as long
as the parent lives: at its end the worker ends its own process group at once. The exit status is 0 whether the step
succeeded or failed; a crash shows as an end of the events without a last one.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import importlib.metadata
import os
import random
import re
import signal
import sys
import sysconfig
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.tasks import TASKS
from cardgen.errors import CardgenError, StepError
from cardgen.records.record import Failure
from cardgen.records.request import (
    BenchmarkRequest,
    CompareRequest,
    EvaluateRequest,
    ExportRequest,
    PredictRequest,
    QuantizeRequest,
    SnippetRequest,
    StepRequest,
    TuneRequest,
)
from cardgen.records.results import StepResult
from cardgen.records.results.snippet import SnippetResult
from cardgen.run.hardware import describe_hardware
from cardgen.run.protocol import Failed, Finished, Job, Log, Progress
from cardgen.run.snippet import OFFLINE, OUTPUT_CHARACTERS, LoadingCodeError, run_loading_code
from cardgen.tuning.search import ToleranceError

_SEED = 0
_WITHOUT_TORCH = {"USE_TORCH": "0"}
"""Spares `datasets` and `transformers` to import PyTorch, which takes a second or two and 200 MB."""
_PROGRESS_S = 0.1
"""Shortest time between two events of progress in one stage."""


class EventPipe:
    """Writes events to the parent."""

    def __init__(self, descriptor: int) -> None:
        """Take over the file descriptor ``descriptor``."""
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._stage = ""
        self._sent = 0.0

    def send(self, event: Progress | Log | Finished | Failed) -> None:
        """Write one line."""
        line = (event.model_dump_json() + "\n").encode()
        with self._lock:
            while line:
                line = line[os.write(self._descriptor, line) :]

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Tell how far a stage has come; the first and last step of it always, those between not too often."""
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._sent < _PROGRESS_S:
            return
        self._stage, self._sent = stage, now
        self.send(Progress(stage=stage, done=done, total=total))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the job on standard input."""
    parser = argparse.ArgumentParser(description="Run one cardgen step; started by cardgen itself.")
    parser.add_argument("--events-fd", type=int, required=True)
    pipe = EventPipe(parser.parse_args(arguments).events_fd)
    job = Job.model_validate_json(_read_line())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _prepare(job)
    event: Finished | Failed
    try:
        # Before the work: a package that is missing should not cost it.
        versions = {name: _version(name) for name in job.packages}
        result = _run(job, pipe)
        event = Finished(result=result, versions=versions, hardware=describe_hardware())
    except Exception as error:  # noqa: BLE001 - whatever a library raises is the step's failure, told to the parent
        event = Failed(error=describe_failure(error, job))
    pipe.send(event)


def describe_failure(error: BaseException, job: Job) -> Failure:
    """What went wrong, for the record: without paths of this machine."""
    text = str(error)
    kind, remedy, detail = type(error).__name__, "", "".join(traceback.format_exception(error))
    if isinstance(error, CardgenError):
        text, remedy = error.message, error.remedy
        detail = "" if error.__cause__ is None else detail
        if isinstance(error, LoadingCodeError | ToleranceError):
            detail = error.detail
    elif isinstance(error, MemoryError) or re.search(r"allocate memory|bad_alloc|bad allocation", text):
        kind, remedy = "out-of-memory", "Use a smaller batch_size, or a machine with more memory."
        text = text or "There is not enough memory."
    elif getattr(error, "errno", None) == errno.ENOSPC or "No space left on device" in text:
        kind, remedy = "disk-full", "Free some space on the disk and build again; finished steps are kept."
    return Failure(
        type=kind,
        message=shorten_paths(text or kind, job),
        remedy=shorten_paths(remedy, job),
        detail=shorten_paths(detail, job),
    )


def shorten_paths(text: str, job: Job) -> str:
    """Replace what is particular to this machine in a message or traceback."""
    places = {
        sysconfig.get_path("purelib"): "",
        sysconfig.get_path("platlib"): "",
        sysconfig.get_path("stdlib"): "",
        str(Path(__file__).parents[2]): "",
        **{str(path): f"<{role}>" for role, path in job.paths.items()},
        str(job.output): "<output>",
        **({str(job.journal): "<journal>"} if job.journal else {}),
        str(Path.cwd()): "<scratch>",
        sys.prefix: "<environment>",
        str(Path.home()): "~",
    }
    for place in sorted(places, key=len, reverse=True):  # the longest first: one may hold another
        short = places[place]
        if place != "/":
            text = text.replace(f"{place}/", f"{short}/" if short else "").replace(place, short or ".")
    return text


def _run(job: Job, pipe: EventPipe) -> StepResult:
    _check_task(job.request)
    if isinstance(job.request, SnippetRequest):
        # In an interpreter of its own: this one imports none of the libraries.
        pipe.progress("running the loading code", 0, None)
        output = run_loading_code(job.request, job.paths["model"], Path.cwd())
        return SnippetResult(output=shorten_paths(output, job)[-OUTPUT_CHARACTERS:])
    if isinstance(job.request, EvaluateRequest):
        _without_models()
        from cardgen.evaluation.scoring.evaluate import evaluate

        pipe.progress("scoring", 0, None)
        return evaluate(job.request, job.paths["predictions"], job.paths.get("baseline"))
    return _run_model(job.request, job, pipe)


def _check_task(request: StepRequest) -> None:
    if request.backend not in BACKENDS:
        raise StepError(f"There is no backend `{request.backend}`.", remedy=f"There are: {', '.join(BACKENDS)}.")
    backend = BACKENDS[request.backend]
    tasks = {
        "export": tuple(dict.fromkeys(backend.tasks + backend.export_tasks)),
        "compare": backend.export_tasks,
        "quantize": backend.tasks,
        "tune": backend.tasks,
        "predict": backend.tasks,
        "evaluate": backend.tasks,
        "benchmark": backend.tasks,
    }
    able = tasks.get(request.kind)
    if able is not None and request.task not in able:
        raise StepError(
            f"The {backend.name} backend cannot {request.kind} a model for `{request.task}`.",
            remedy=f"It can for: {', '.join(able)}." if able else "Use another backend.",
        )


def _run_model(
    request: ExportRequest | QuantizeRequest | TuneRequest | PredictRequest | CompareRequest | BenchmarkRequest,
    job: Job,
    pipe: EventPipe,
) -> StepResult:
    from cardgen.backends.checkpoint import load_checkpoint
    from cardgen.backends.registry import load_backend
    from cardgen.backends.threads import available_threads
    from cardgen.backends.torch_runner import TorchRunner
    from cardgen.benchmark.forward import benchmark
    from cardgen.evaluation.answering.lanes import lanes_for
    from cardgen.evaluation.answering.predict import predict
    from cardgen.evaluation.compare import compare
    from cardgen.evaluation.samples.calibration import calibration_batches
    from cardgen.evaluation.task import ModelFiles
    from cardgen.run.tune import tune

    paths, trust = job.paths, request.predict.trust_remote_code if request.kind == "tune" else request.trust_remote_code
    pipe.progress("loading libraries", 0, None)
    with_torch = _needs_torch(request)
    if not with_torch:
        os.environ |= _WITHOUT_TORCH
    backend = load_backend(request.backend)
    _seed(with_torch=with_torch)
    model = ModelFiles(paths["model"], trust)
    match request:
        case ExportRequest():
            return backend.export(request, model.folder, job.output, pipe.progress)
        case QuantizeRequest(calibration=calibration):
            samples = None
            if calibration is not None:
                samples = calibration_batches(calibration, request.task, model, paths.get("data"))
            elif request.approach == "static":
                raise StepError("Static quantization needs calibration samples.", remedy="Name a `calibration`.")
            if request.fallback_modules == "tuned":
                request = request.model_copy(update={"fallback_modules": job.tuned})
            return backend.quantize(request, model.folder, samples, job.output, pipe.progress)
        case TuneRequest():
            return tune(request, backend, job, pipe.progress)
        case PredictRequest():
            lanes = lanes_for(request.batch_size, available_threads())
            runner = backend.load(model.folder, request.task, trust, available_threads() // lanes)
            return predict(request, runner, model, paths.get("data"), job.output, lanes, pipe.progress)
        case CompareRequest():
            return compare(
                request,
                TorchRunner(load_checkpoint(paths["base"], request.task, trust).model),
                backend.load(model.folder, request.task, trust),
                model,
                backend.tolerance,
                paths.get("data"),
                pipe.progress,
            )
        case BenchmarkRequest():
            runner = backend.load(model.folder, request.task, trust, request.threads)
            return benchmark(request, runner, model.folder, model.tokenizer, pipe.progress)


def _prepare(job: Job) -> None:
    """Set what libraries read from the environment when they are imported, whoever started this process."""
    settings = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
    if job.offline:
        settings |= dict.fromkeys(OFFLINE, "1")
    # The scratch folder: two workers would else write the same metric modules into the user's cache at once.
    os.environ |= settings | {"HF_MODULES_CACHE": str(Path.cwd() / "hf_modules")}


def _without_models() -> None:
    """Spare the libraries that run models: predictions are scored without, and to import them takes longer than that.

    `evaluate` imports transformers for pipelines of its own, where it is there.
    """
    os.environ |= _WITHOUT_TORCH
    if "transformers" not in sys.modules:
        sys.modules["transformers"] = None  # type: ignore[assignment] # to import it is an ImportError then
        importlib.import_module("evaluate")
        del sys.modules["transformers"]


def _needs_torch(request: StepRequest) -> bool:
    """Whether a step that runs a model does so with PyTorch: not one pass of ONNX Runtime, which has no use for it."""
    onnx = BACKENDS[request.backend].runtime == "onnx"
    return not (
        isinstance(request, PredictRequest)
        and onnx
        and not TASKS[request.task].generates
        and not request.trust_remote_code
    )


def _seed(*, with_torch: bool) -> None:
    import numpy as np

    random.seed(_SEED)
    np.random.seed(_SEED)
    if with_torch:
        import torch

        torch.manual_seed(_SEED)


def _version(package: str) -> str:
    """Without the local part: ``2.13.0`` for ``2.13.0+cpu``, which names a build and not a version."""
    try:
        return importlib.metadata.version(package).partition("+")[0]
    except importlib.metadata.PackageNotFoundError as error:
        raise StepError(
            f"The package `{package}` is not installed in the environment.", remedy="Make the environment anew."
        ) from error


def _read_line() -> bytes:
    """The first line of standard input, read without a buffer: the watchdog reads the rest."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return bytes(line)


def _end_with_parent() -> None:
    """Wait for the end of standard input, then end this process and those that it started."""
    while os.read(0, 4096):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)  # by hand it may run in a group that is not its own


if __name__ == "__main__":
    main()
