"""Texts out of a model that generates them, for each sample of a dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.catalog.tasks import TASKS
from cardgen.evaluation.answering.batching import TokenRows, encode
from cardgen.evaluation.samples.data import read_texts
from cardgen.evaluation.task import Answer, ModelFiles, Runner, Settings
from cardgen.records.request import PredictRequest

if TYPE_CHECKING:
    from cardgen.evaluation.task import Batch


@dataclass(frozen=True)
class GeneratedReading:
    """Texts, and the texts expected of them; see :class:`cardgen.evaluation.task.Reading`."""

    rows: TokenRows
    expected: Sequence[str]

    @property
    def labels(self) -> Mapping[str, str]:
        """There are none."""
        return {}

    @property
    def owners(self) -> Sequence[int]:
        """A text is a row."""
        return range(len(self.rows.lengths))

    @property
    def settings(self) -> Settings:
        """Those of generation are the model's."""
        return {}

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[str]:
        """The text that the model writes for each row."""
        del rows
        found = self.rows.tokenizer.batch_decode(runner.generate(batch), skip_special_tokens=True)
        return [text.strip() for text in found]

    def conclude(self, sample: int, answers: Sequence[str]) -> Answer:
        """That of its one row."""
        del sample
        return Answer(answers[0])


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> GeneratedReading:
    """Read texts, and what the task's other column says is expected of them.

    Raises:
        StepError: if a column is missing or holds something else than text.
    """
    task = TASKS[request.task]
    (role,) = (column for column in task.required_columns if column not in task.input_columns)
    rows = read_inputs(dataset, request.columns, model)
    return GeneratedReading(rows, read_texts(dataset, request.columns[role], role))


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> TokenRows:
    """Read the texts alone.

    Raises:
        StepError: if the column is missing or holds something else than text.
    """
    return encode(model.tokenizer, read_texts(dataset, columns["text"], "text"))


def written(model: ModelFiles, text: str) -> Batch:
    """A text as the decoder's input: what it would have been given, had it written the text itself."""
    ids = model.tokenizer(text_target=text, truncation=True, return_tensors="np", verbose=False)["input_ids"]
    generation = model.folder / "generation_config.json"
    told = json.loads(generation.read_text(encoding="utf-8")) if generation.is_file() else {}
    start = told.get("decoder_start_token_id", model.config.get("decoder_start_token_id"))
    first = model.tokenizer.pad_token_id if start is None else start
    return {"decoder_input_ids": np.concatenate([[[first]], ids[:, :-1]], axis=1).astype(np.int64)}
