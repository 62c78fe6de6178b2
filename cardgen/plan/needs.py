"""What the steps of a plan need of the datasets that they read, each use told once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from cardgen.data.needs import Need
from cardgen.data.tags import SPAN_METRICS
from cardgen.plan.model import Step
from cardgen.records.request import (
    CalibrationRequest,
    CompareRequest,
    EvaluateRequest,
    PredictRequest,
    QuantizeRequest,
    TuneRequest,
)


def data_needs(steps: Iterable[Step]) -> tuple[Need, ...]:
    """Each use of a dataset by one of the steps."""
    steps, found = list(steps), list[Need]()  # of which those hold mappings, and so have no hash
    metrics = {
        step.needs["predictions"]: {metric.type for metric in step.request.metrics}
        for step in steps
        if isinstance(step.request, EvaluateRequest)
    }
    for need in (need for step in steps for need in _of_step(step, metrics.get(step.fingerprint, set()))):
        if need not in found:
            found.append(need)
    return tuple(found)


def _of_step(step: Step, metrics: Collection[str]) -> Iterator[Need]:
    request, inputs = step.request, step.inputs
    match request:
        case PredictRequest():
            yield _answered(request, inputs["data"], metrics)
        case CompareRequest():
            yield Need(
                name=inputs["data"],
                data=request.data,
                task=request.task,
                columns=request.columns,
                limit=request.samples,
                seed=request.seed,
            )
        case QuantizeRequest(calibration=CalibrationRequest() as calibration):
            yield _calibrated(calibration, request.task, inputs["data"])
        case TuneRequest(quantize=quantize):
            yield _answered(request.predict, inputs["data"], {request.metric.type})
            if quantize.calibration is not None:
                yield _calibrated(quantize.calibration, request.task, inputs["calibration"])


def _answered(request: PredictRequest, name: str, metrics: Collection[str]) -> Need:
    return Need(
        name=name,
        data=request.data,
        task=request.task,
        columns=request.columns,
        expected=True,
        spans=request.task == "token-classification" and not set(SPAN_METRICS).isdisjoint(metrics),
        labels=request.labels,
        limit=request.limit,
        seed=request.seed,
    )


def _calibrated(calibration: CalibrationRequest, task: str, name: str) -> Need:
    return Need(
        name=name,
        data=calibration.data,
        task=task,
        columns=calibration.columns,
        samples=calibration.samples,
        seed=calibration.seed,
    )
