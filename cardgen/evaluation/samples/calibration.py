"""The samples that a static quantization looks at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.catalog.tasks import TASKS
from cardgen.errors import StepError
from cardgen.evaluation.samples.data import draw_samples, load_dataset
from cardgen.evaluation.task import ModelFiles, load_task
from cardgen.records.request import CalibrationRequest

if TYPE_CHECKING:
    from cardgen.evaluation.task import Batch


def calibration_batches(
    request: CalibrationRequest, task: str, model: ModelFiles, data: Path | None
) -> tuple[Batch, ...]:
    """Samples without what is expected of them, as batches, in the order in which they were drawn.

    Args:
        request: which samples.
        task: what the model does.
        model: its files.
        data: the dataset's file, for a local one.

    Raises:
        StepError: if the data do not fit the request, or the model writes text.
    """
    if TASKS[task].generates:
        # A decoder reads what it wrote itself.
        raise StepError("A model that generates text cannot be calibrated.", remedy="Use `approach: dynamic`.")
    dataset = draw_samples(load_dataset(request.data, data), request.samples, request.seed)
    rows = load_task(task).read_inputs(dataset, request.columns, model)
    size, count = request.batch_size, len(rows.lengths)
    return tuple(rows.batch(range(start, min(start + size, count))) for start in range(0, count, size))
