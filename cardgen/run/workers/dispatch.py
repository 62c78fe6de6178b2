"""A job's request → the code that does it: one case a kind of step."""

from __future__ import annotations

import importlib
import os
import random
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.tasks import TASKS
from cardgen.errors import StepError
from cardgen.plan.adopted import ADOPTING
from cardgen.records.request import (
    AdoptRequest,
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
from cardgen.run.load import under_load
from cardgen.run.made import Made
from cardgen.run.snippet import OUTPUT_CHARACTERS, run_loading_code
from cardgen.run.workers.failures import shorten_paths
from cardgen.run.workers.pipe import EventPipe
from cardgen.run.workers.protocol import Job, JobRequest, LookRequest, LookResult

_SEED = 0
WITHOUT_TORCH = {"USE_TORCH": "0"}
"""Spares `datasets` and `transformers` to import PyTorch, which takes a second or two and 200 MB."""


def dispatch(job: Job, pipe: EventPipe, also: Callable[[Made], None]) -> StepResult | LookResult:
    """Do what a job asks for, in the working folder; ``also`` is told what other steps would have made.

    Raises:
        StepError: for what a user can mend; a library's own errors come through as they are.
    """
    if isinstance(job.request, LookRequest):
        return _look(job.request, job.paths, pipe)
    _check_task(job.request)
    if isinstance(job.request, SnippetRequest):
        # In an interpreter of its own: this one imports none of the libraries.
        pipe.progress("running the loading code", 0, None)
        output = run_loading_code(job.request, job.paths["model"], Path.cwd())
        return SnippetResult(output=shorten_paths(output, job)[-OUTPUT_CHARACTERS:])
    if isinstance(job.request, EvaluateRequest):
        import_evaluate()
        from cardgen.evaluation.scoring.evaluate import evaluate

        pipe.progress("scoring", 0, None)
        return evaluate(job.request, job.paths["predictions"], job.paths.get("baseline"), job.output)
    return _run_model(job.request, job, pipe, also)


def _look(request: LookRequest, paths: Mapping[str, Path], pipe: EventPipe) -> LookResult:
    os.environ |= WITHOUT_TORCH
    pipe.progress("loading libraries", 0, None)
    from cardgen.evaluation.look import look_at

    faults = []
    for done, need in enumerate(request.needs):
        pipe.progress("reading data", done, len(request.needs))
        faults.append(look_at(need, paths.get(need.name), request.labels))
    return LookResult(faults=tuple(faults))


def _check_task(request: StepRequest) -> None:
    if request.backend not in BACKENDS:
        raise StepError(f"There is no backend `{request.backend}`.", remedy=f"There are: {', '.join(BACKENDS)}.")
    backend = BACKENDS[request.backend]
    tasks = {
        "export": tuple(dict.fromkeys(backend.tasks + backend.export_tasks)),
        "compare": backend.export_tasks,
        "quantize": backend.tasks,
        "tune": backend.tasks,
        "adopt": backend.tasks if backend.name == ADOPTING else (),
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
    request: ExportRequest
    | QuantizeRequest
    | TuneRequest
    | AdoptRequest
    | PredictRequest
    | CompareRequest
    | BenchmarkRequest,
    job: Job,
    pipe: EventPipe,
    also: Callable[[Made], None],
) -> StepResult:
    from cardgen.backends.checkpoint import load_checkpoint
    from cardgen.backends.registry import load_backend
    from cardgen.backends.threads import available_threads
    from cardgen.backends.torch_runner import TorchRunner
    from cardgen.benchmark.forward import benchmark
    from cardgen.evaluation.answering.predict import predict
    from cardgen.evaluation.compare import compare
    from cardgen.evaluation.samples.calibration import calibration_samples
    from cardgen.evaluation.task import ModelFiles
    from cardgen.run.tune import tune

    paths, trust = job.paths, trusts_remote_code(request)
    pipe.progress("loading libraries", 0, None)
    with_torch = needs_torch(request)
    if not with_torch:
        os.environ |= WITHOUT_TORCH
    backend = load_backend(request.backend)
    _seed(with_torch=with_torch)
    model = ModelFiles(paths["model"], trust)
    match request:
        case ExportRequest():
            return backend.export(request, model.folder, job.output, pipe.progress)
        case QuantizeRequest(calibration=calibration):
            samples = None
            if calibration is not None:
                samples = calibration_samples(calibration, request.task, model, paths.get("data"))
            elif request.approach == "static":
                raise StepError("Static quantization needs calibration samples.", remedy="Name a `calibration`.")
            if request.fallback_modules == "tuned":
                request = request.model_copy(update={"fallback_modules": job.tuned})
            batches = samples.batches if samples else None
            made = backend.quantize(request, model.folder, batches, job.output, pipe.progress)
            return samples.told_in(made) if samples else made
        case TuneRequest():
            return under_load(lambda: tune(request, backend, paths, job.journal, job.output, pipe.progress, also))
        case AdoptRequest():
            from cardgen.backends.onnxruntime.adopt import adopt_graph

            return adopt_graph(request, model, paths["adopted"], job.output, pipe.progress)
        case PredictRequest():
            task, data, baseline = request.task, paths.get("data"), paths.get("baseline")
            load = partial(backend.load, model.folder, task, trust)
            threads, report = available_threads(), pipe.progress
            return under_load(lambda: predict(request, load, model, data, baseline, job.output, threads, report))
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
            return under_load(lambda: benchmark(request, runner, model.folder, model.tokenizer, pipe.progress))


def import_evaluate() -> None:
    """Spare the libraries that run models: predictions are scored without, and to import them takes longer than that.

    `evaluate` imports transformers for pipelines of its own, where it is there.
    """
    os.environ |= WITHOUT_TORCH
    if "transformers" not in sys.modules:
        sys.modules["transformers"] = None  # type: ignore[assignment] # to import it is an ImportError then
        importlib.import_module("evaluate")
        del sys.modules["transformers"]


def needs_torch(request: JobRequest) -> bool:
    """Whether a step imports PyTorch: no pass of ONNX Runtime does, nor the scoring of answers."""
    if isinstance(request, EvaluateRequest | SnippetRequest | LookRequest):
        return False
    onnx = BACKENDS[request.backend].runtime == "onnx"
    return not (
        isinstance(request, PredictRequest)
        and onnx
        and not TASKS[request.task].generates
        and not request.trust_remote_code
    )


def trusts_remote_code(request: JobRequest) -> bool:
    """Whether a step may run a model's own Python code."""
    if isinstance(request, EvaluateRequest | LookRequest):
        return False
    return request.predict.trust_remote_code if isinstance(request, TuneRequest) else request.trust_remote_code


def _seed(*, with_torch: bool) -> None:
    import numpy as np

    random.seed(_SEED)
    np.random.seed(_SEED)
    if with_torch:
        import torch

        torch.manual_seed(_SEED)
