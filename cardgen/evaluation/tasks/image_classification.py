"""Image classification: one label for each image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen.evaluation.task import ModelFiles
from cardgen.evaluation.tasks.classification import fidelity, measure, values
from cardgen.evaluation.tasks.images import ImageRows, read_images
from cardgen.evaluation.tasks.labelled import LabelledReading, read_labelled
from cardgen.records.request import PredictRequest

__all__ = ["fidelity", "measure", "read", "read_inputs", "values"]


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> LabelledReading:
    """Read images and their labels.

    Raises:
        StepError: if a column is missing or holds something else, or a label is not the model's.
    """
    return read_labelled(dataset, request, model, read_inputs)


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> ImageRows:
    """Read the images alone.

    Raises:
        StepError: if the column is missing or holds no images, or the model has no image processor.
    """
    column = columns["image"]
    return ImageRows(read_images(dataset, column), column, model.image_processor)
