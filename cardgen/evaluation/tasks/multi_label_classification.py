"""Multi-label classification: as many labels for each text, or each pair of texts, as apply.

A label applies where its sigmoid is above one half, as in transformers' examples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.data.labels import map_sets
from cardgen.data.rules.label_sets import LabelSetRule, members
from cardgen.evaluation.answering.logits import checked_logits
from cardgen.evaluation.samples.data import checked, named_labels
from cardgen.evaluation.scoring import statistics
from cardgen.evaluation.scoring.fidelity import fidelity_of, sigmoid_divergences
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import from_sums, mean_of
from cardgen.evaluation.scoring.statistics import Counts, Values
from cardgen.evaluation.task import Answer, ModelFiles, Outcomes, Rows, Runner, Settings
from cardgen.evaluation.tasks.text_classification import read_inputs
from cardgen.records.request import MetricRequest, PredictRequest
from cardgen.records.results.fidelity import Fidelity

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

__all__ = ["fidelity", "measure", "read", "read_inputs", "values"]

_AVERAGES = ("macro", "micro", "weighted")
_OF_SAMPLES = ("exact_match", "label_ranking_average_precision")
"""Metrics that are the mean of a value of each text."""
_METRICS = ("f1", "precision", "recall", *_OF_SAMPLES)


@dataclass(frozen=True)
class LabelSetReading:
    """Texts with their labels; see :class:`cardgen.evaluation.task.Reading`."""

    rows: Rows
    expected: Sequence[Sequence[int]]
    """The model's label ids, in their order."""
    labels: Mapping[str, str]
    model_labels: int
    """How many labels the model has."""

    @property
    def owners(self) -> Sequence[int]:
        """A sample is a row."""
        return range(len(self.expected))

    @property
    def settings(self) -> Settings:
        """From where on a label applies."""
        return {"threshold": 0.5}

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[npt.NDArray[np.float32]]:
        """The logits of each row."""
        return list(checked_logits(runner.outputs(batch).get("logits"), (len(rows), self.model_labels), rows))

    def conclude(self, sample: int, answers: Sequence[npt.NDArray[np.float32]]) -> Answer:
        """The ids of the labels that apply, and the logits: that of a sigmoid of one half is 0."""
        del sample
        (logits,) = answers
        return Answer([int(label) for label in np.flatnonzero(logits > 0)], logits)


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> LabelSetReading:
    """Read texts and their labels.

    Raises:
        StepError: if a column is missing or holds something else, or a label is not the model's.
    """
    column = request.columns["labels"]
    rule = LabelSetRule(column, named_labels(getattr(dataset.features.get(column), "feature", None)))
    found = [members(value) for value in checked(dataset, rule).column(column)]
    mapping = map_sets(rule, model.labels, request.labels)
    if rule.marks:
        expected = [[label for label, mark in enumerate(row) if mark] for row in found]
    else:
        ids = {label: model.labels.index(name) for label, name in mapping.items()}
        expected = [sorted(ids[rule.text(label)] for label in row) for row in found]
    return LabelSetReading(read_inputs(dataset, request.columns, model), expected, mapping, len(model.labels))


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Score sets of label ids.

    Raises:
        StepError: if the metric or an argument of it does not exist.
    """
    args = check_metric(metric, _METRICS, {} if metric.type in _OF_SAMPLES else {"average": _AVERAGES})
    expected = _marks(outcomes.expected, len(outcomes.labels))
    if metric.type in _OF_SAMPLES:
        each = _of_samples(metric.type, outcomes, expected)
        right = each == 1 if metric.type == "exact_match" else None
        return Measured(metric.type, float(each.mean()), len(each), mean_of(each), right=right, each=each)
    average = args.get("average", "micro")
    predicted = _marks(outcomes.predicted, len(outcomes.labels))
    name = f"multilabel_{metric.type}"
    value = compute(name, predicted.tolist(), expected.tolist(), average=average)[metric.type]
    return measured_by(value, expected, predicted, kind=metric.type, average=average)


def measured_by(
    value: float, expected: npt.NDArray[np.bool_], predicted: npt.NDArray[np.bool_], *, kind: str, average: str
) -> Measured:
    """A score of sets of labels, beside what resampling and chance make of it.

    Args:
        value: the score.
        expected: which labels each sample has, of shape (samples, labels).
        predicted: the same of the answers.
        kind: ``f1``, ``precision`` or ``recall``.
        average: of the labels.
    """
    score = partial(_score, kind=kind, average=average)
    counted = np.concatenate([expected, predicted, expected & predicted], axis=1)
    chance = _chance(counted, score)
    args = {"average": average}
    return Measured(kind, value, len(expected), from_sums(counted, score), args, width=counted.shape[1], chance=chance)


def values(metric: MetricRequest, outcomes: Outcomes, samples: Sequence[int]) -> Values | None:
    """The value of each of ``samples``, where the metric is their mean."""
    if metric.type not in _OF_SAMPLES:
        return None
    some = Outcomes(
        [outcomes.expected[sample] for sample in samples],
        [outcomes.predicted[sample] for sample in samples],
        outcomes.logits and [outcomes.logits[sample] for sample in samples],
        outcomes.labels,
    )
    return _of_samples(metric.type, some, _marks(some.expected, len(outcomes.labels)))


def fidelity(variant: Outcomes, baseline: Outcomes) -> Fidelity:
    """How often both give a text the same set of labels, and whose set is right."""
    labels = len(variant.labels)
    expected, one, other = (_marks(sets, labels) for sets in (variant.expected, variant.predicted, baseline.predicted))
    moved = None
    if variant.logits is not None and baseline.logits is not None:
        moved = sigmoid_divergences(variant.logits, baseline.logits)
    right = (one == expected).all(1), (other == expected).all(1)
    return fidelity_of((one == other).all(1), right, moved)


def _of_samples(metric: str, outcomes: Outcomes, expected: npt.NDArray[np.bool_]) -> Values:
    if metric == "exact_match":
        same: Values = (_marks(outcomes.predicted, expected.shape[1]) == expected).all(1).astype(np.float64)
        return same
    from scipy.stats import rankdata

    # As sklearn.metrics.label_ranking_average_precision_score, whose mean this is.
    scores = -np.asarray(outcomes.logits, np.float64).reshape(expected.shape)
    found = np.ones(len(expected))
    for sample, (marks, row) in enumerate(zip(expected, scores, strict=True)):
        if 0 < marks.sum() < len(marks):
            rank, among = rankdata(row, "max")[marks], rankdata(row[marks], "max")
            found[sample] = (among / rank).mean()
    return found


def _marks(sets: Sequence[Any], labels: int) -> npt.NDArray[np.bool_]:
    """Which labels each sample has, of shape (samples, labels)."""
    found = np.zeros((len(sets), labels), np.bool_)
    for sample, ids in enumerate(sets):
        found[sample, list(ids)] = True
    return found


def _score(sums: Values, *, kind: str, average: str) -> Values:
    """From counts of each label expected, predicted and both, side by side."""
    expected, predicted, hits = np.split(np.asarray(sums, np.float64), 3, axis=-1)
    return statistics.of_label_sets(Counts(expected, predicted, hits), kind=kind, average=average)


def _chance(counted: npt.NDArray[np.bool_], score: Any) -> float:
    """The score to expect where the answers are dealt to the samples at random."""
    expected, predicted, _hits = np.split(counted.sum(0).astype(np.float64), 3)
    return float(score(np.concatenate([expected, predicted, expected * predicted / len(counted)])))
