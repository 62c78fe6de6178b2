"""Multiple choice: which of several answers is the right one, or which ending goes on with a text.

A model scores each answer beside the question. What it reads is as in transformers' ``run_swag.py``: the question, then
an answer; or, where there is a context, the context, then the question (there the beginning of the sentence that the
endings end), a space and an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from cardgen.data.rules.choices import RightRule, choice_rule, number_of
from cardgen.errors import StepError
from cardgen.evaluation.answering.batching import TokenRows, encode
from cardgen.evaluation.answering.logits import checked_logits
from cardgen.evaluation.samples.data import checked, read_texts
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.task import Answer, ModelFiles, Outcomes, Runner, Settings
from cardgen.evaluation.tasks import classification
from cardgen.evaluation.tasks.classification import fidelity, values
from cardgen.records.request import MetricRequest, PredictRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

__all__ = ["METRICS", "ChoiceReading", "ChoiceRows", "fidelity", "measure", "read", "read_inputs", "values"]

METRICS = ("accuracy",)


@dataclass(frozen=True)
class ChoiceRows:
    """Questions, each with its answers; see :class:`cardgen.evaluation.task.Rows`."""

    pairs: TokenRows
    """Each answer with its question; those to a question one after the other."""
    counts: Sequence[int]
    """How many answers each question has."""

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where in :attr:`pairs` the answers to each question start."""
        return [0, *accumulate(self.counts[:-1])]

    @cached_property
    def lengths(self) -> Sequence[int]:
        """Tokens of the longest answer to each question, with the question."""
        found = self.pairs.lengths
        return [max(found[start : start + count]) for start, count in zip(self.starts, self.counts, strict=True)]

    @property
    def truncated(self) -> int:
        """Questions of which an answer was cut."""
        return self.pairs.truncated

    def batch(self, rows: Sequence[int]) -> Batch:
        """Some questions, as arrays of shape (questions, answers, tokens).

        Where one has fewer answers than another, its last one is repeated: a model scores each answer by itself.
        """
        widest = max(self.counts[row] for row in rows)
        flat = [self.starts[row] + min(answer, self.counts[row] - 1) for row in rows for answer in range(widest)]
        return {name: array.reshape(len(rows), widest, -1) for name, array in self.pairs.batch(flat).items()}


@dataclass(frozen=True)
class ChoiceReading:
    """Questions with the number of the right answer; see :class:`cardgen.evaluation.task.Reading`."""

    rows: ChoiceRows
    expected: Sequence[int]

    @property
    def owners(self) -> Sequence[int]:
        """A question is a row."""
        return range(len(self.expected))

    @property
    def labels(self) -> Mapping[str, str]:
        """There are none: answers have numbers."""
        return {}

    @property
    def settings(self) -> Settings:
        """There are none."""
        return {}

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[npt.NDArray[np.float32]]:
        """A logit for each answer to each question."""
        logits = checked_logits(runner.outputs(batch).get("logits"), batch["input_ids"].shape[:2], rows)
        return [each[: self.rows.counts[row]] for each, row in zip(logits, rows, strict=True)]

    def conclude(self, sample: int, answers: Sequence[npt.NDArray[np.float32]]) -> Answer:
        """The number of the likeliest answer, and the logits."""
        del sample
        (logits,) = answers
        return Answer(int(logits.argmax()), logits)


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> ChoiceReading:
    """Read questions, answers and which of them is right.

    Raises:
        StepError: if a column is missing or holds something else, or the tokenizer cannot pad.
    """
    choices = read_choices(dataset, request.columns["choices"])
    expected = read_right(dataset, request.columns["label"], request.columns["choices"])
    return ChoiceReading(_encode(dataset, request.columns, choices, model), expected)


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> ChoiceRows:
    """Read questions and answers alone.

    Raises:
        StepError: if a column is missing or holds something else, or the tokenizer cannot pad.
    """
    return _encode(dataset, columns, read_choices(dataset, columns["choices"]), model)


def read_choices(dataset: Any, column: str) -> list[list[str]]:
    """The answers to each question.

    Args:
        dataset: a ``datasets.Dataset``.
        column: one that holds lists; or, with a number in place of ``*``, several that hold an answer each.

    Raises:
        StepError: if there is no such column, or one holds something else.
    """
    table = checked(dataset, choice_rule(column))
    if column.endswith("*"):
        return [list(answers) for answers in zip(*table.columns.values(), strict=True)]
    return [list(answers) for answers in table.column(column)]


def read_right(dataset: Any, column: str, choices: str) -> list[int]:
    """The number of the right answer to each question, counted from 0; digits are taken too, as CSV has no numbers.

    Args:
        dataset: a dataset.
        column: that of the numbers.
        choices: that of the answers, or the pattern of several.

    Raises:
        StepError: if there is no such column, or a row holds something else, or a number that no answer has.
    """
    found = checked(dataset, RightRule(column, choices)).column(column)
    return [number for value in found if (number := number_of(value)) is not None]


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Score the numbers of answers.

    Raises:
        StepError: if there is no such metric.
    """
    check_metric(metric, METRICS)
    return classification.measure(metric, outcomes)


def _encode(
    dataset: Any, columns: Mapping[str, str], choices: Sequence[Sequence[str]], model: ModelFiles
) -> ChoiceRows:
    if model.tokenizer.pad_token is None:
        raise StepError(
            "The model's tokenizer has no padding token, so answers of different lengths cannot be compared.",
            remedy="Give the tokenizer of the base model a `pad_token`.",
        )
    texts = read_texts(dataset, columns["text"], "text")
    contexts = read_texts(dataset, columns["context"], "context") if "context" in columns else None
    each = [(row, answer) for row, answers in enumerate(choices) for answer in answers]
    first = [(contexts or texts)[row] for row, _answer in each]
    second = [answer if contexts is None else f"{texts[row]} {answer}" for row, answer in each]
    pairs = encode(model.tokenizer, first, second, owners=[row for row, _answer in each])
    return ChoiceRows(pairs, [len(answers) for answers in choices])
