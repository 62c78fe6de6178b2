"""What the steps of a plan need of the datasets that they read, each use told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cardgen.data.needs import Need
from cardgen.plan.model import Step
from cardgen.records.request import (
    CalibrationRequest,
    CompareRequest,
    PredictRequest,
    QuantizeRequest,
    TuneRequest,
)


def data_needs(steps: Iterable[Step]) -> tuple[Need, ...]:
    """Each use of a dataset by one of the steps."""
    found: list[Need] = []  # which hold mappings, and so have no hash
    for need in (need for step in steps for need in _of_step(step)):
        if need not in found:
            found.append(need)
    return tuple(found)


def _of_step(step: Step) -> Iterator[Need]:
    request, inputs = step.request, step.inputs
    match request:
        case PredictRequest():
            yield _answered(request, inputs["data"])
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
            yield _answered(request.predict, inputs["data"])
            if quantize.calibration is not None:
                yield _calibrated(quantize.calibration, request.task, inputs["calibration"])


def _answered(request: PredictRequest, name: str) -> Need:
    return Need(
        name=name,
        data=request.data,
        task=request.task,
        columns=request.columns,
        expected=True,
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
