"""Samples that a model gives one of its labels each, whatever they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cardgen.data.labels import map_labels
from cardgen.evaluation.answering.logits import checked_logits
from cardgen.evaluation.samples.data import read_labels
from cardgen.evaluation.task import Answer, ModelFiles, Rows, Runner, Settings
from cardgen.records.request import PredictRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch


@dataclass(frozen=True)
class LabelledReading:
    """Labelled samples; see :class:`cardgen.evaluation.task.Reading`."""

    rows: Rows
    expected: Sequence[int]
    """The model's label ids."""
    labels: Mapping[str, str]
    model_labels: int
    """How many labels the model has."""

    @property
    def owners(self) -> Sequence[int]:
        """A sample is a row."""
        return range(len(self.expected))

    @property
    def settings(self) -> Settings:
        """There are none."""
        return {}

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[npt.NDArray[np.float32]]:
        """The logits of each row."""
        return list(checked_logits(runner.outputs(batch).get("logits"), (len(rows), self.model_labels), rows))

    def conclude(self, sample: int, answers: Sequence[npt.NDArray[np.float32]]) -> Answer:
        """The likeliest label id, and the logits."""
        del sample
        (logits,) = answers
        return Answer(int(logits.argmax()), logits)


def read_labelled(
    dataset: Any,
    request: PredictRequest,
    model: ModelFiles,
    read_inputs: Callable[[Any, Mapping[str, str], ModelFiles], Rows],
) -> LabelledReading:
    """Read samples and their labels.

    Raises:
        StepError: if a column is missing or holds something else, or a label is not the model's.
    """
    labels = read_labels(dataset, request.columns["label"])
    mapping = map_labels(labels.distinct, model.labels, request.labels, numbers=labels.numbers)
    ids = {label: model.labels.index(name) for label, name in mapping.items()}
    rows = read_inputs(dataset, request.columns, model)
    return LabelledReading(rows, [ids[label] for label in labels.values], mapping, len(model.labels))
