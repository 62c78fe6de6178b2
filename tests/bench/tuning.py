"""How long it takes to find what must stay FP32, and how much that is: beside others' own tuning.

They are Neural Compressor's `fit`, and NNCF's accuracy control of the same ONNX model. All have the same model,
tolerance, calibration samples and test rows. The model has outliers in its attention, as large models have: without,
there is next to nothing to be found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cardgen.backends.onnxruntime.module_nodes import ModuleNodes
from cardgen.records.request import ExportRequest, QuantizeRequest, TuneRequest
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.tune import Ranking, TuneResult
from tests.bench.accuracy_control import control
from tests.bench.minilm import trained
from tests.bench.processes import run_script
from tests.bench.steps import ACCURACY, CALIBRATION, LOCAL, TASK, Ran, predicting, run_step
from tests.bench.table import Row, duration, megabytes

TOLERANCE = 0.001
"""Of the FP32 accuracy: plain INT8 loses more."""
BATCH = 64
FIT_LIMIT_S = 360.0
"""Neural Compressor's tuning is stopped then, and what it found so far is told."""
MOST = 0.25
MEMORY = 1.2
"""The aim: our process has no more resident than so many times `fit`'s."""


@dataclass(frozen=True)
class Peer:
    """What came of another's tuning."""

    name: str
    seconds: float
    evaluations: int
    fp32_modules: int | None
    """``None`` where it found nothing."""
    score: float | None
    memory: int
    stopped: bool = False


@dataclass(frozen=True)
class Tuned:
    """What came of ours."""

    ran: Ran[TuneResult]
    export: Path
    fp32_s: float
    """Of answering all test rows in FP32, which is a step of its own."""

    @property
    def ranking(self) -> Ranking:
        """The modules that plain INT8 quantizes."""
        result = self.ran.result
        if result.ranking is None:
            raise SystemExit(f"plain INT8 scores {result.score} and FP32 {result.baseline}: nothing is to be found")
        return result.ranking


def fit_rows() -> list[Row]:
    """Measure ours in PyTorch, beside `fit`."""
    tuned, peer = tune("neural-compressor"), _fit()
    modules = len(tuned.ranking.modules)
    fp32 = len(tuned.ran.result.fallback_modules)
    return _rows("tune in PyTorch", tuned, tuned.ran.seconds, "modules", fp32, modules, peer, MEMORY)


def nncf_rows() -> list[Row]:
    """Measure ours in ONNX Runtime, beside NNCF; both times are those of whole processes, with the score of FP32."""
    tuned = tune("onnxruntime")
    found = control(tuned.export, TOLERANCE, BATCH)
    peer = Peer("NNCF", found.seconds, found.evaluations, found.fp32_modules, found.score, found.memory)
    linear = set(ModuleNodes.read(tuned.export).names.linear)
    quantized = linear & {entry.module for entry in tuned.ranking.modules}
    fp32 = len(linear - (quantized - set(tuned.ran.result.fallback_modules)))
    seconds = tuned.fp32_s + tuned.ran.seconds
    return _rows("tune in ONNX Runtime", tuned, seconds, "Linear layers", fp32, len(linear), peer, None)


@cache
def tune(backend: str) -> Tuned:
    """Find what must stay FP32 of the model with outliers."""
    exporting = ExportRequest(backend=backend, task=TASK, model=LOCAL)
    export = run_step(ExportResult, f"{backend}-export", exporting, model=trained().outliers)
    predict = predicting(backend, BATCH)
    baseline = run_step(PredictResult, f"{backend}-fp32", predict, model=export.artifact, data=trained().test)
    quantize = QuantizeRequest(backend=backend, task=TASK, approach="static", calibration=CALIBRATION)
    request = TuneRequest(
        backend=backend, task=TASK, quantize=quantize, predict=predict, metric=ACCURACY, tolerance=TOLERANCE
    )
    ran = run_step(
        TuneResult,
        f"{backend}-tune",
        request,
        model=export.artifact,
        baseline=baseline.artifact,
        data=trained().test,
        calibration=trained().calibration,
    )
    return Tuned(ran, export.artifact, baseline.result.seconds)


def _fit() -> Peer:
    arguments = (trained().outliers, trained().calibration, trained().test, TOLERANCE, BATCH)
    ended = run_script(trained().python, "fit", *arguments, limit_s=FIT_LIMIT_S)
    # A line is printed after each evaluation: one that was stopped has been at it for longer than its last line says.
    said = ended.said[-1] | ({"seconds": ended.seconds} if ended.stopped else {})
    return Peer("fit", memory=ended.memory, stopped=ended.stopped, **{"fp32_modules": None, **said})


def _rows(
    what: str, tuned: Tuned, seconds: float, counted: str, fp32: int, modules: int, peer: Peer, memory: float | None
) -> list[Row]:
    """Args: the seconds to compare; what is counted in FP32, how much of how many; the aim for the memory."""
    result, ranking = tuned.ran.result, tuned.ranking
    evaluations = sum(candidate.score is not None for candidate in result.candidates)
    most_evaluations = 2 + math.log2(len(ranking.modules))
    end = ", unfinished" if peer.stopped else ""
    ratio, of_memory = seconds / peer.seconds, tuned.ran.memory / peer.memory
    resident = f"{megabytes(tuned.ran.memory)}, {of_memory:.2f} x"
    if memory is not None:
        resident += f" (at most {memory:g} x)"
    return [
        Row(
            what,
            duration(seconds),
            f"{duration(peer.seconds)} {peer.name}{end}, {ratio:.2f} x",
            f"at most {MOST:g} x",
            ratio <= MOST,
            resident,
        ),
        Row(
            f"{what}: full evaluations",
            f"{evaluations}, and {len(result.candidates) - evaluations} stopped early",
            f"{peer.evaluations} {peer.name}{end}",
            f"at most {most_evaluations:.1f}",
            evaluations <= most_evaluations,
        ),
        Row(
            f"{what}: {counted} in FP32",
            f"{fp32} of {modules}",
            f"none found by {peer.name}{end}" if peer.fp32_modules is None else f"{peer.fp32_modules} {peer.name}",
            "no more",
            None if peer.fp32_modules is None else fp32 <= peer.fp32_modules,
        ),
        Row(
            f"{what}: accuracy",
            f"{result.score:.4f}, plain INT8 {result.candidates[0].score:.4f}, FP32 {result.baseline:.4f}",
            "" if peer.score is None else f"{peer.score:.4f} {peer.name}{end and ', the best so far'}",
            f"at least {result.limit:.4f}",
            result.score >= result.limit,
        ),
        Row(
            f"{what}: ranking",
            duration(ranking.seconds),
            f"{duration(tuned.fp32_s)} one evaluation of FP32, {ranking.seconds / tuned.fp32_s:.1f} x",
            "at most 1 x",
            ranking.seconds <= tuned.fp32_s,
        ),
    ]
