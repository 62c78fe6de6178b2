"""How long it takes to find what must stay FP32, and how much that is: beside Neural Compressor's own tuning.

Both have the same model, tolerance, calibration samples and test rows. The model has outliers in its attention, as
large models have: without, there is next to nothing to be found.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from cardgen.records.request import ExportRequest, QuantizeRequest, TuneRequest
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.tune import TuneResult
from tests.bench.minilm import trained
from tests.bench.processes import run_script
from tests.bench.steps import ACCURACY, CALIBRATION, LOCAL, TASK, Ran, predicting, run_step
from tests.bench.table import Row, megabytes

TOLERANCE = 0.001
"""Of the FP32 accuracy: plain INT8 loses more."""
BATCH = 64
FIT_LIMIT_S = 360.0
"""Neural Compressor's tuning is stopped then, and what it found so far is told."""


def rows() -> list[Row]:
    """Measure."""
    peer = _fit()
    return [
        *_rows("tune, neural-compressor", *_tune("neural-compressor", trained().outliers), peer),
        *_rows("tune, onnxruntime", *_tune("onnxruntime", trained().outliers), None),
    ]


def _fit() -> dict[str, Any]:
    arguments = (trained().outliers, trained().calibration, trained().test, TOLERANCE, BATCH)
    ended = run_script(trained().python, "fit", *arguments, limit_s=FIT_LIMIT_S)
    # A line is printed after each evaluation: one that was stopped has been at it for longer than its last line says.
    seconds = {"seconds": ended.seconds} if ended.stopped else {}
    return {**ended.said[-1], **seconds, "stopped": ended.stopped, "memory": ended.memory}


def _rows(what: str, full: float, ran: Ran[TuneResult], peer: dict[str, Any] | None) -> list[Row]:
    """Args: what it is called, the seconds of one evaluation, our tuning, and the peer's."""
    tuned = ran.result
    if tuned.ranking is None:
        raise SystemExit(f"{what}: plain INT8 scores {tuned.score} and FP32 {tuned.baseline}: nothing is to be found")
    modules = len(tuned.ranking.modules)
    evaluations = sum(candidate.score is not None for candidate in tuned.candidates)
    theirs = dict.fromkeys(("time", "evaluations", "modules", "score"), "")
    memory = megabytes(ran.memory)
    if peer is not None:
        end = " unfinished" if peer["stopped"] else ""
        found = peer.get("fp32_modules")
        theirs = {
            "time": f"{peer['seconds']:.0f} s fit{end}, {ran.seconds / peer['seconds']:.2f} x",
            "evaluations": f"{peer['evaluations']} fit{end}",
            "modules": "fit found nothing" if found is None else f"{found} fit",
            "score": "none fit" if peer["score"] is None else f"{peer['score']:.4f} fit{', the best' if end else ''}",
        }
        memory += f", {ran.memory / peer['memory']:.2f} x (at most 1.2 x)"
    return [
        Row(what, f"{ran.seconds:.0f} s", theirs["time"], "at most 0.25 x" if peer else "", memory),
        Row(
            f"{what}: full evaluations",
            f"{evaluations}, and {len(tuned.candidates) - evaluations} stopped early",
            theirs["evaluations"],
            f"at most {2 + math.log2(modules):.1f}",
        ),
        Row(
            f"{what}: modules in FP32",
            f"{len(tuned.fallback_modules)} of {modules}",
            theirs["modules"],
            "no more" if peer else "",
        ),
        Row(
            f"{what}: accuracy",
            f"{tuned.score:.4f}, plain INT8 {tuned.candidates[0].score:.4f}, FP32 {tuned.baseline:.4f}",
            theirs["score"],
            f"at least {tuned.limit:.4f}",
        ),
        Row(
            f"{what}: ranking",
            f"{tuned.ranking.seconds:.1f} s",
            f"{full:.1f} s one evaluation of FP32, {tuned.ranking.seconds / full:.1f} x",
            "at most 1 x",
        ),
    ]


def _tune(backend: str, model: Path) -> tuple[float, Ran[TuneResult]]:
    """The seconds of a full evaluation, and the tuning."""
    exporting = ExportRequest(backend=backend, task=TASK, model=LOCAL)
    export = run_step(ExportResult, f"{backend}-export", exporting, model=model)
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
    return baseline.result.seconds, ran
