"""Text classification: one label for each text, or each pair of texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen.evaluation.answering.batching import TokenRows, encode
from cardgen.evaluation.samples.data import read_texts
from cardgen.evaluation.task import ModelFiles
from cardgen.evaluation.tasks.classification import fidelity, measure, values
from cardgen.evaluation.tasks.labelled import LabelledReading, read_labelled
from cardgen.records.request import PredictRequest

__all__ = ["fidelity", "measure", "read", "read_inputs", "values"]


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> LabelledReading:
    """Read texts and their labels.

    Raises:
        StepError: if a column is missing or holds something else, or a label is not the model's.
    """
    return read_labelled(dataset, request, model, read_inputs)


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> TokenRows:
    """Read the texts alone.

    Raises:
        StepError: if a column is missing or holds something else than text.
    """
    texts = read_texts(dataset, columns["text"], "text")
    pairs = read_texts(dataset, columns["text_pair"], "text_pair") if "text_pair" in columns else None
    return encode(model.tokenizer, texts, pairs)
