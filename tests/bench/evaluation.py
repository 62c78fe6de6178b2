"""How fast samples are answered: FP32 in batches beside Hugging Face's evaluator, dynamic INT8 beside a plain loop.

Each figure is the median of some runs, taken in turns with the peer's. The time is that inside the process, without
loading libraries and the model; ours holds reading the data, tokenising, and writing what was predicted.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cardgen.records.request import EvaluateRequest, ExportRequest, PredictRequest, QuantizeRequest
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.quantize import QuantizeResult
from tests.bench.minilm import trained
from tests.bench.processes import run_script
from tests.bench.steps import ACCURACY, LOCAL, TASK, predicting, run_step
from tests.bench.table import Row, megabytes

RUNS = 3
BATCH = 64
BACKEND, TORCH = "onnxruntime", "neural-compressor"
MEMORY = 1.2
"""The aim: our process has no more resident than so many times the peer's."""


@dataclass(frozen=True)
class Rate:
    """One run over all test rows."""

    samples_per_s: float
    score: float
    memory: int


def rows() -> list[Row]:
    """Measure."""
    exporting = ExportRequest(backend=BACKEND, task=TASK, model=LOCAL)
    export = run_step(ExportResult, "onnx", exporting, model=trained().model)
    dynamic = run_step(
        QuantizeResult,
        "onnx-dynamic",
        QuantizeRequest(backend=BACKEND, task=TASK, approach="dynamic"),
        model=export.artifact,
    )
    torch_exporting = ExportRequest(backend=TORCH, task=TASK, model=LOCAL)
    torch = run_step(ExportResult, "torch", torch_exporting, model=trained().model)
    return [
        *compare(
            f"evaluate FP32 in PyTorch, batches of {BATCH}",
            lambda: ours(torch.artifact, predicting(TORCH, BATCH)),
            "evaluator",
            lambda: theirs("evaluator", "torch", torch.artifact, trained().test),
            5,
        ),
        *compare(
            f"evaluate FP32 in ONNX, batches of {BATCH}",
            lambda: ours(export.artifact, predicting(BACKEND, BATCH)),
            "evaluator",
            lambda: theirs("evaluator", "onnx", export.artifact, trained().test),
            5,
        ),
        *compare(
            "evaluate dynamic INT8, batch 1",
            lambda: ours(dynamic.artifact, predicting(BACKEND, 1)),
            "one session",
            lambda: theirs("one_session", dynamic.artifact, trained().test, len(os.sched_getaffinity(0))),
            1.8,
        ),
    ]


def ours(artifact: Path, request: PredictRequest) -> Rate:
    """The steps *predict* and *evaluate*; the time and memory are the former's, in which all the work is."""
    predict = run_step(PredictResult, "predictions", request, model=artifact, data=trained().test)
    scoring = EvaluateRequest(backend=request.backend, task=TASK, subject="baseline", metrics=(ACCURACY,))
    scored = run_step(EvaluateResult, "scores", scoring, predictions=predict.artifact)
    return Rate(predict.result.samples / predict.result.seconds, scored.result.scores[0].value, predict.memory)


def theirs(script: str, *arguments: object) -> Rate:
    """A peer's run."""
    ended = run_script(trained().python, script, *arguments)
    return Rate(**ended.said[-1], memory=ended.memory)


def compare(what: str, own: Callable[[], Rate], peer_name: str, peer: Callable[[], Rate], aim: float) -> list[Row]:
    """Rates, scores and memory of both."""
    pairs = [(own(), peer()) for _ in range(RUNS)]
    rates = [statistics.median(pair[side].samples_per_s for pair in pairs) for side in (0, 1)]
    ratio = statistics.median(one.samples_per_s / other.samples_per_s for one, other in pairs)
    memory = [max(pair[side].memory for pair in pairs) for side in (0, 1)]
    mine, yours = pairs[0]
    return [
        Row(
            what,
            f"{rates[0]:.0f} samples/s",
            f"{rates[1]:.0f} {peer_name}, {ratio:.1f} x",
            f"at least {aim:g} x",
            ratio >= aim,
            f"{megabytes(memory[0])}, {memory[0] / memory[1]:.2f} x (at most {MEMORY:g} x)",
        ),
        Row(
            f"{what}: accuracy",
            f"{mine.score:.4f}",
            f"{yours.score:.4f} {peer_name}",
            "the same",
            f"{mine.score:.4f}" == f"{yours.score:.4f}",
        ),
    ]
