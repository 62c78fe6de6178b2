"""What a warm worker imports before it forks for a step of some kind: nothing that the step would not import itself."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from cardgen.catalog.backends import BACKENDS
from cardgen.evaluation.task import TASKS
from cardgen.records.request import EvaluateRequest, SnippetRequest, TuneRequest
from cardgen.run.workers.protocol import JobRequest, LookRequest

_DATA = ("numpy", "pandas", "pyarrow.parquet", "datasets", "cardgen.evaluation.answering.predict")
_SCORING = (*_DATA, "scipy.stats", "sklearn.metrics", "evaluate", "cardgen.evaluation.scoring.evaluate")
_DISPATCHED = (
    "cardgen.backends.checkpoint",
    "cardgen.benchmark.forward",
    "cardgen.evaluation.compare",
    "cardgen.run.tune",
)
_TOKENS = ("transformers.models.auto.tokenization_auto", "transformers.models.auto.configuration_auto")
_TORCH = (
    "torch",
    "safetensors.torch",
    *_TOKENS,
    "transformers.models.auto.modeling_auto",
    "transformers.generation.utils",
)
_ONNX = ("onnxruntime", "cardgen.backends.onnxruntime.runner")
_OPTIMUM_ONNX = (
    "onnx",
    "onnxruntime.quantization",
    "optimum.onnxruntime",
    "optimum.exporters.onnx",
    "optimum.exporters.onnx.model_configs",
    "cardgen.backends.onnxruntime.backend",
)
_NEURAL_COMPRESSOR = (
    "torch.export._trace",
    "neural_compressor.quantization",
    "neural_compressor.adaptor.pytorch",
    "optimum.intel.neural_compressor",
    "cardgen.backends.neural_compressor.backend",
)


class ThreadsStartedError(Exception):
    """An import started threads, which a fork would lose in the middle of what they do."""


def libraries(request: JobRequest, *, with_torch: bool) -> tuple[str, ...]:
    """Modules for a step, in the order of their import.

    Args:
        request: what the step is asked for.
        with_torch: whether the process that imports them is also to serve steps that run models with PyTorch.
    """
    if isinstance(request, SnippetRequest):
        return ()
    if isinstance(request, LookRequest):
        return (*(_TORCH if with_torch else ()), *_DATA)
    task = (TASKS[request.task],) if request.task in TASKS else ()
    if isinstance(request, EvaluateRequest):
        return (*(_TORCH if with_torch else ()), *_SCORING, *task)
    scoring = _SCORING if isinstance(request, TuneRequest) else ()
    common = (*_DATA, *_DISPATCHED, *scoring, *task)
    if not with_torch:
        return (*common, *_TOKENS, *_ONNX)
    onnx = BACKENDS[request.backend].runtime == "onnx"
    return (*_TORCH, *common, *((*_ONNX, *_OPTIMUM_ONNX) if onnx else _NEURAL_COMPRESSOR))


def import_libraries(names: Iterable[str]) -> bool:
    """Import modules that the environment has; what it lacks is told by the step that misses it.

    Returns:
        Whether any was not there before.

    Raises:
        ThreadsStartedError: naming the import that started a thread.
    """
    main = running_threads()
    if len(main) > 1:
        raise ThreadsStartedError(f"threads run already: {', '.join(sorted(main))}")
    known = len(sys.modules)
    for name in names:
        with suppress(ImportError):
            importlib.import_module(name)
        if more := running_threads() - main:
            raise ThreadsStartedError(f"importing `{name}` started threads: {', '.join(sorted(more))}")
    return len(sys.modules) > known


def running_threads() -> frozenset[str]:
    """The threads of this process, Python's and others, as number and name."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return frozenset(f"{thread.ident} {thread.name}" for thread in threading.enumerate())
    return frozenset(f"{task.name} {(task / 'comm').read_text().strip()}" for task in tasks.iterdir())
