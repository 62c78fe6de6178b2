"""Text classification: one label for each text, or each pair of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cardgen.evaluation.batching import TokenRows, encode
from cardgen.evaluation.classification import measure, values
from cardgen.evaluation.data import read_labels, read_texts
from cardgen.evaluation.labels import map_labels
from cardgen.evaluation.logits import checked_logits
from cardgen.evaluation.task import Answer, ModelFiles, Runner, Settings
from cardgen.records.request import PredictRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

__all__ = ["TextReading", "measure", "read", "read_inputs", "values"]


@dataclass(frozen=True)
class TextReading:
    """Labelled texts; see :class:`cardgen.evaluation.task.Reading`."""

    rows: TokenRows
    expected: Sequence[int]
    """The model's label ids."""
    labels: Mapping[str, str]
    model_labels: int
    """How many labels the model has."""

    @property
    def owners(self) -> Sequence[int]:
        """A text is a row."""
        return range(len(self.rows.lengths))

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


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> TextReading:
    """Read texts and their labels.

    Raises:
        StepError: if a column is missing or holds something else, or a label is not the model's.
    """
    labels = read_labels(dataset, request.columns["label"])
    mapping = map_labels(labels.distinct, model.labels, request.labels, numbers=labels.numbers)
    ids = {label: model.labels.index(name) for label, name in mapping.items()}
    rows = read_inputs(dataset, request.columns, model)
    return TextReading(rows, [ids[label] for label in labels.values], mapping, len(model.labels))


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> TokenRows:
    """Read the texts alone.

    Raises:
        StepError: if a column is missing or holds something else than text.
    """
    texts = read_texts(dataset, columns["text"], "text")
    pairs = read_texts(dataset, columns["text_pair"], "text_pair") if "text_pair" in columns else None
    return encode(model.tokenizer, texts, pairs)
