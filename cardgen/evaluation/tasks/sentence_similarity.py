"""Sentence similarity: how near the embeddings of two texts lie, beside how alike people find the texts.

Embeddings are made as sentence-transformers makes them, and compared by their cosine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.data.rules.scores import ScoreRule, score_of
from cardgen.errors import StepError
from cardgen.evaluation.answering.batching import TokenRows, encode
from cardgen.evaluation.answering.logits import checked_logits
from cardgen.evaluation.samples.data import checked, read_texts
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import pearson_of, spearman_of
from cardgen.evaluation.task import Answer, ModelFiles, Outcomes, Runner, Settings, no_fidelity, no_values
from cardgen.evaluation.tasks.pooling import pool
from cardgen.records.request import MetricRequest, PredictRequest
from cardgen.weights.sentences import SentenceSettings, read_settings

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

METRICS = ("pearsonr", "spearmanr")

values = no_values  # both are of all pairs together
fidelity = no_fidelity

_STATES = "last_hidden_state"
_STATES_NDIM = 3


@dataclass(frozen=True)
class PairReading:
    """Pairs of texts with how alike they are; see :class:`cardgen.evaluation.task.Reading`."""

    rows: TokenRows
    """Two for each pair, one after the other."""
    expected: Sequence[float]
    model: SentenceSettings

    @cached_property
    def owners(self) -> Sequence[int]:
        """A text is a row, and a pair a sample."""
        return _owners(len(self.expected))

    @property
    def labels(self) -> Mapping[str, str]:
        """There are none."""
        return {}

    @property
    def settings(self) -> Settings:
        """How texts are compared."""
        prompt = {"prompt": self.model.prompt} if self.model.prompt else {}
        return {"pooling": self.model.pooling, "similarity": "cosine", **prompt}

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[npt.NDArray[np.float32]]:
        """The embedding of each text."""
        states = runner.outputs(batch).get(_STATES)
        shape = batch["input_ids"].shape
        if states is None or states.ndim != _STATES_NDIM or states.shape[:2] != shape:
            found = f"no `{_STATES}`" if states is None else f"a `{_STATES}` of shape {states.shape}"
            raise StepError(
                f"The model gave {found}, where the task expects a vector for each token of shape {shape}.",
                remedy="Name a model that gives embeddings, such as one of sentence-transformers.",
            )
        embeddings = pool(states, batch["attention_mask"], self.model.pooling)
        return list(checked_logits(embeddings, embeddings.shape, [self.owners[row] for row in rows]))

    def conclude(self, sample: int, answers: Sequence[npt.NDArray[np.float32]]) -> Answer:
        """The cosine between the embeddings of its two texts."""
        del sample
        one, other = (each.astype(np.float64) for each in answers)
        return Answer(float(one @ other))


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> PairReading:
    """Read pairs of texts and how alike they are.

    Raises:
        StepError: if a column is missing or holds something else, or the model pools in a way that is not known.
    """
    expected = read_scores(dataset, request.columns["score"])
    one, other = _texts(dataset, request.columns)
    rows = _encode(model, [text for pair in zip(one, other, strict=True) for text in pair], _owners(len(one)))
    return PairReading(rows, expected, read_settings(model.folder))


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> TokenRows:
    """Read one text of each pair: the first and the second by turns, so that both columns are seen.

    Raises:
        StepError: if a column is missing or holds something else than text.
    """
    pairs = zip(*_texts(dataset, columns), strict=True)
    return _encode(model, [pair[row % 2] for row, pair in enumerate(pairs)])


def read_scores(dataset: Any, column: str) -> list[float]:
    """How alike the texts of each pair are, on whatever scale; numbers as text are taken too, as CSV has no others.

    Raises:
        StepError: if there is no such column, or a row holds no number.
    """
    return [score_of(value) for value in checked(dataset, ScoreRule(column)).column(column)]


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Correlate the cosines with what was expected.

    Raises:
        StepError: if there is no such metric.
    """
    check_metric(metric, METRICS)
    expected, found = outcomes.expected, outcomes.predicted
    value = compute(metric.type, found, expected)[metric.type]
    resampled = pearson_of if metric.type == "pearsonr" else spearman_of
    return Measured(metric.type, value, len(found), resampled(expected, found), width=2, chance=0.0)


def _owners(pairs: int) -> Sequence[int]:
    return [row // 2 for row in range(2 * pairs)]


def _texts(dataset: Any, columns: Mapping[str, str]) -> tuple[list[str], list[str]]:
    return read_texts(dataset, columns["text"], "text"), read_texts(dataset, columns["text_pair"], "text_pair")


def _encode(model: ModelFiles, texts: Sequence[str], owners: Sequence[int] | None = None) -> TokenRows:
    settings = read_settings(model.folder)
    # As sentence-transformers' `encode` and `Transformer.tokenize` do.
    plain = [f"{settings.prompt}{text}".strip() for text in texts]
    if settings.lower:
        plain = [text.lower() for text in plain]
    return encode(model.tokenizer, plain, limit=settings.max_length, owners=owners)
