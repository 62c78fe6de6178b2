"""Question answering: the span of a context that answers a question, or none.

Contexts that are longer than the model takes are read in windows that overlap. Where some question in the data has no
answer, the rules of SQuAD v2.0 hold for all of them, else those of version 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.data.rules.answers import AnswerRule, answers_of
from cardgen.errors import StepError
from cardgen.evaluation.answering.batching import TokenRows
from cardgen.evaluation.answering.logits import checked_logits
from cardgen.evaluation.samples.data import checked, read_texts
from cardgen.evaluation.samples.limits import model_limit
from cardgen.evaluation.scoring.fidelity import fidelity_of
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import mean_of
from cardgen.evaluation.scoring.squad_rules import judge, judge_v2
from cardgen.evaluation.task import Answer, ModelFiles, Outcomes, Runner, Settings
from cardgen.evaluation.tasks.answers import LONGEST, N_BEST, Span, Window, best_span, choose, null_score
from cardgen.records.request import MetricRequest, PredictRequest
from cardgen.records.results.fidelity import Fidelity

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

METRICS = ("exact_match", "f1")
MAX_LENGTH = 384
"""Tokens of a window, question included, unless the model takes fewer; BERT's ``run_squad.py``."""
STRIDE = 128
"""Tokens that two windows share, unless windows are short: then a quarter of one."""
_FEWEST_TOKENS = 16
Answers = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Windows:
    """Questions and contexts as a model reads them."""

    rows: TokenRows
    """One for each window."""
    windows: tuple[Window, ...]
    settings: Settings

    @property
    def firsts(self) -> list[int]:
        """The row of each sample's first window."""
        of_sample = [window.sample for window in self.windows]
        return [row for row, sample in enumerate(of_sample) if row == 0 or of_sample[row - 1] != sample]


@dataclass(frozen=True)
class AnswerReading:
    """Questions on contexts; see :class:`cardgen.evaluation.task.Reading`."""

    contexts: Sequence[str]
    expected: Answers
    read: Windows

    @cached_property
    def may_be_none(self) -> bool:
        """Whether some question has no answer."""
        return not all(self.expected)

    @cached_property
    def owners(self) -> Sequence[int]:
        """A sample has a row for each window."""
        return [window.sample for window in self.read.windows]

    @property
    def rows(self) -> TokenRows:
        """One for each window."""
        return self.read.rows

    @property
    def labels(self) -> Mapping[str, str]:
        """There are none."""
        return {}

    @property
    def settings(self) -> Settings:
        """How contexts are split."""
        return self.read.settings

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[tuple[Span | None, float]]:
        """The best span of each window, and how likely it is that there is none."""
        outputs = runner.outputs(batch)
        shape = batch["input_ids"].shape
        start, end = (checked_logits(outputs.get(name), shape, rows) for name in ("start_logits", "end_logits"))
        found = []
        for at, (row, mask) in enumerate(zip(rows, batch["attention_mask"] == 1, strict=True)):
            logits, window = (start[at][mask], end[at][mask]), self.read.windows[row]
            found.append((best_span(*logits, window), null_score(*logits, window)))
        return found

    def conclude(self, sample: int, answers: Sequence[tuple[Span | None, float]]) -> Answer:
        """The best answer of all windows."""
        spans, nulls = [span for span, _null in answers], [null for _span, null in answers]
        return Answer(choose(self.contexts[sample], spans, nulls, may_be_none=self.may_be_none))


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> AnswerReading:
    """Read questions, contexts and answers.

    Raises:
        StepError: if a column is missing or holds something else, or the model takes too few tokens.
    """
    questions, contexts = _texts(dataset, request.columns)
    expected = read_answers(dataset, request.columns["answers"])
    return AnswerReading(contexts, expected, split(model.tokenizer, questions, contexts))


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> TokenRows:
    """Read questions and contexts alone: of each the first window.

    Raises:
        StepError: if a column is missing or holds something else, or the model takes too few tokens.
    """
    found = split(model.tokenizer, *_texts(dataset, columns))
    return found.rows.some(found.firsts)


def read_answers(dataset: Any, column: str) -> list[list[str]]:
    """The expected answers of each sample; none where the context does not answer the question.

    A row holds ``{text: [...], answer_start: [...]}`` as SQuAD has it, a list of answers, or a single one.

    Raises:
        StepError: if there is no such column, or a row holds something else.
    """
    return [answers_of(value) or [] for value in checked(dataset, AnswerRule(column)).column(column)]


def split(tokenizer: Any, questions: Sequence[str], contexts: Sequence[str]) -> Windows:
    """Tokenize questions with their contexts, in as many windows as a context needs.

    A question that takes more than half a window is cut to that, and counted as truncated.

    Raises:
        StepError: if the tokenizer does not tell where a token stands in the text, or the model takes too few tokens.
    """
    if not tokenizer.is_fast:
        raise StepError(
            "The model's tokenizer does not tell where in the text a token stands.",
            remedy="Add a tokenizer.json to the base model (a fast tokenizer of transformers).",
        )
    longest = min(MAX_LENGTH, model_limit(tokenizer) or MAX_LENGTH)
    if longest < _FEWEST_TOKENS:
        raise StepError(
            f"The model takes {longest} tokens, which is too few for a question and its context.",
            remedy="Mend `model_max_length` in the base model's tokenizer_config.json, or name another model.",
        )
    stride = min(STRIDE, longest // 4)
    asked = [_cut(tokenizer, question.lstrip(), longest // 2) for question in questions]
    found = tokenizer(
        asked,
        list(contexts),
        truncation="only_second",
        max_length=longest,
        stride=stride,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        verbose=False,
    )
    of_sample, offsets = found.pop("overflow_to_sample_mapping"), found.pop("offset_mapping")
    windows = tuple(
        Window(
            sample,
            tuple(
                tuple(span) if part == 1 else None
                for span, part in zip(offsets[row], found.sequence_ids(row), strict=True)
            ),
            _null(found["input_ids"][row], tokenizer.cls_token_id),
        )
        for row, sample in enumerate(of_sample)
    )
    cut = sum(one != other.lstrip() for one, other in zip(asked, questions, strict=True))
    return Windows(
        TokenRows(tokenizer, dict(found), cut),
        windows,
        {
            "max_length": longest,
            "stride": stride,
            "windows": len(windows),
            "n_best": N_BEST,
            "max_answer_tokens": LONGEST,
        },
    )


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Score answers, by the rules of SQuAD v2.0 where some question has none, else of version 1.1.

    Raises:
        StepError: if there is no such metric.
    """
    check_metric(metric, METRICS)
    rules = _rules(outcomes)
    value = compute(rules, outcomes.predicted, outcomes.expected)[metric.type]
    each = values(metric, outcomes, range(len(outcomes.expected)))
    right = each == 1 if metric.type == "exact_match" else None
    return Measured(metric.type, value, len(each), mean_of(each), {"rules": rules}, right, each=each)


def values(metric: MetricRequest, outcomes: Outcomes, samples: Sequence[int]) -> npt.NDArray[np.float64]:
    """Exact match or F1 of each of ``samples``."""
    rule = judge if _rules(outcomes) == "squad" else judge_v2
    verdicts = [rule(outcomes.expected[sample], outcomes.predicted[sample]) for sample in samples]
    exact = metric.type == "exact_match"
    return np.array([verdict.exact if exact else verdict.f1 for verdict in verdicts], np.float64)


def fidelity(variant: Outcomes, baseline: Outcomes) -> Fidelity:
    """How often both answer a question in the same words, and whose words are those of a right answer."""
    exact, every = MetricRequest(type="exact_match"), range(len(variant.expected))
    same = [one == other for one, other in zip(variant.predicted, baseline.predicted, strict=True)]
    return fidelity_of(same, (values(exact, variant, every) == 1, values(exact, baseline, every) == 1))


def _rules(outcomes: Outcomes) -> str:
    return "squad" if all(outcomes.expected) else "squad_v2"


def _texts(dataset: Any, columns: Mapping[str, str]) -> tuple[list[str], list[str]]:
    return read_texts(dataset, columns["question"], "question"), read_texts(dataset, columns["context"], "context")


def _cut(tokenizer: Any, question: str, most: int) -> str:
    offsets = tokenizer(question, add_special_tokens=False, return_offsets_mapping=True, verbose=False).offset_mapping
    return question if len(offsets) <= most else question[: offsets[most - 1][1]]


def _null(ids: Sequence[int], mark: int | None) -> int:
    return list(ids).index(mark) if mark is not None and mark in ids else 0
