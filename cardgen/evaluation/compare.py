"""An export against the model that it was made from: the same samples through both, and how far apart they come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.answering.predict import Report
from cardgen.evaluation.samples.data import limited, load_dataset
from cardgen.evaluation.task import TASKS, ModelFiles, Runner, load_task
from cardgen.records.request import CompareRequest
from cardgen.records.results.compare import CompareResult

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Gap:
    """The largest difference so far, and where it is."""

    value: float = 0.0
    output: str = ""
    row: int = 0


def compare(
    request: CompareRequest,
    base: Runner,
    export: Runner,
    model: ModelFiles,
    tolerance: float,
    data: Path | None,
    report: Report,
) -> CompareResult:
    """Run both models on some samples of the data, and compare every output that both have.

    Args:
        request: on what.
        base: the base model.
        export: what was made of it.
        model: the export's files.
        tolerance: the most that any number may differ.
        data: the dataset's file, for a local one.
        report: told how many samples are done.

    Raises:
        StepError: if the data do not fit the request, or the export computes something else than the base model.
    """
    dataset = load_dataset(request.data, data)
    available = len(dataset)
    dataset = limited(dataset, request.samples, request.seed)
    # What has no evaluation of its own, such as feature extraction, reads texts as a classifier does.
    task = load_task(request.task if request.task in TASKS else "text-classification")
    inputs = task.read_inputs(dataset, request.columns, model)
    largest, outputs, total = Gap(), dict[str, None](), len(inputs.lengths)
    report("comparing", 0, total)
    for start in range(0, total, request.batch_size):
        rows = range(start, min(start + request.batch_size, total))
        batch = inputs.batch(rows)
        expected, found = base.outputs(batch), export.outputs(batch)
        shared = [name for name in expected if name in found]
        if not shared:
            raise StepError(
                f"The export and the base model have no output in common: {_listed(found)}, and {_listed(expected)}."
            )
        for name in shared:
            gap = largest_gap(name, expected[name], found[name], start)
            largest = max(largest, gap, key=lambda gap: gap.value)
        outputs |= dict.fromkeys(shared)
        report("comparing", rows.stop, total)
    if largest.value > tolerance:
        raise StepError(
            f"The export does not compute what the base model does: `{largest.output}` differs by {largest.value:.3g} "
            f"for the sample in row {largest.row}, counted from 0 (allowed: {tolerance:g}).",
            remedy="Try another `options.opset`; if it stays so, do not publish this export.",
        )
    return CompareResult(
        samples=total,
        drawn_from=available if len(dataset) < available else None,
        largest_difference=largest.value,
        tolerance=tolerance,
        outputs=tuple(outputs),
        truncated=inputs.truncated,
        threads=export.threads,
        spinning=export.spinning,
    )


def largest_gap(name: str, expected: Array, found: Array, start: int) -> Gap:
    """The largest absolute difference in one output of a batch, whose first sample is in row ``start``.

    Raises:
        StepError: if the shapes differ, or there is NaN on either side.
    """
    if expected.shape != found.shape:
        raise StepError(
            f"The export's `{name}` has shape {found.shape}, and the base model's {expected.shape}.",
            remedy="Try another `options.opset`.",
        )
    largest = Gap(output=name, row=start)
    for row, (one, other) in enumerate(zip(expected, found, strict=True), start):
        for whose, array in (("base model", one), ("export", other)):
            if np.isnan(array).any():
                raise StepError(
                    f"The {whose} computes NaN in `{name}` for the sample in row {row}, counted from 0.",
                    remedy="Try another `options.opset`." if whose == "export" else "Name another base model.",
                )
        # Not by subtraction alone: two infinities are equal, and their difference is NaN.
        apart = one != other
        value = float(np.abs(one[apart] - other[apart]).max(initial=0.0))
        if value > largest.value:
            largest = Gap(value, name, row)
    return largest


def _listed(outputs: Mapping[str, Array]) -> str:
    return ", ".join(f"`{name}`" for name in outputs) or "none"
