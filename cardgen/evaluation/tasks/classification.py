"""Scores of models that give each sample one of their labels, whatever the samples are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.scoring import statistics
from cardgen.evaluation.scoring.fidelity import fidelity_of, softmax_divergences
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import mean_of, of_counts
from cardgen.evaluation.scoring.statistics import Counts, Values
from cardgen.evaluation.task import Outcomes
from cardgen.records.request import MetricRequest
from cardgen.records.results.fidelity import Fidelity

_AVERAGES = ("binary", "macro", "micro", "weighted")
_BINARY = 2
"""Labels of a binary classifier."""
_TOP = 5
_METRICS = ("accuracy", "f1", "matthews_correlation", "top_5_accuracy")


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Score label ids.

    Raises:
        StepError: if the metric or an argument of it does not exist or does not fit these labels.
    """
    if metric.type == "f1":
        return _f1(check_metric(metric, _METRICS, {"average": _AVERAGES, "pos_label": None}), outcomes)
    check_metric(metric, _METRICS)
    if metric.type == "matthews_correlation":
        return _of_counts(metric.type, outcomes, statistics.matthews_correlation, {}, {})
    if metric.type == "top_5_accuracy" and len(outcomes.labels) <= _TOP:
        raise StepError(
            f"The model has {len(outcomes.labels)} labels, so the right one is always among its {_TOP} likeliest: "
            "top_5_accuracy would be 1 whatever it answers.",
            remedy="Use `accuracy`.",
        )
    right = _right(metric.type, outcomes)
    answers = outcomes.predicted if metric.type == "accuracy" else _likeliest(outcomes)
    value = compute(metric.type, answers, outcomes.expected)[metric.type]
    resampled = mean_of(right)
    chance = _chance(statistics.accuracy, outcomes) if metric.type == "accuracy" else _chance_of_likeliest(outcomes)
    return Measured(metric.type, value, len(right), resampled, right=right, each=right, chance=chance)


def values(metric: MetricRequest, outcomes: Outcomes, samples: Sequence[int]) -> Values | None:
    """1 for each of ``samples`` that is right and 0 for others, where the metric is the share of those that are."""
    if metric.type not in ("accuracy", "top_5_accuracy"):
        return None
    some = Outcomes(
        [outcomes.expected[sample] for sample in samples],
        [outcomes.predicted[sample] for sample in samples],
        outcomes.logits and [outcomes.logits[sample] for sample in samples],
    )
    found: Values = _right(metric.type, some).astype(np.float64)
    return found


def fidelity(variant: Outcomes, baseline: Outcomes) -> Fidelity:
    """How often both give a sample the same label, and which of them is right."""
    expected, one, other = map(np.asarray, (variant.expected, variant.predicted, baseline.predicted))
    moved = None
    if variant.logits is not None and baseline.logits is not None:
        moved = softmax_divergences(variant.logits, baseline.logits)
    return fidelity_of(one == other, (one == expected, other == expected), moved)


def _right(metric: str, outcomes: Outcomes) -> Any:
    expected = np.asarray(outcomes.expected)
    if metric == "accuracy":
        return np.asarray(outcomes.predicted) == expected
    return (_likeliest(outcomes) == expected[:, None]).any(1)


def _likeliest(outcomes: Outcomes) -> Any:
    """The ids of the five likeliest labels of each sample.

    Of equal logits that of the later label comes first, as in scikit-learn's ``top_k_accuracy_score``.
    """
    logits = np.asarray(outcomes.logits).reshape(len(outcomes.expected), -1)
    return np.argsort(logits, axis=1, kind="mergesort")[:, ::-1][:, :_TOP]


def _of_counts(
    name: str,
    outcomes: Outcomes,
    score: Callable[[Counts], Values],
    args: Mapping[str, str],
    options: Mapping[str, Any],
) -> Measured:
    expected, predicted = np.asarray(outcomes.expected), np.asarray(outcomes.predicted)
    value = compute(name, predicted, expected, **options)[name]
    resampled, width = of_counts(score, expected, predicted, len(outcomes.labels))
    chance = _chance(score, outcomes)
    return Measured(name, value, len(expected), resampled, dict(args), width=width, chance=chance)


def _chance(score: Callable[[Counts], Values], outcomes: Outcomes) -> float:
    """The score to expect where the answers are dealt to the samples at random."""
    expected, predicted = np.asarray(outcomes.expected), np.asarray(outcomes.predicted)
    labels = max(len(outcomes.labels), int(max(expected.max(), predicted.max())) + 1)
    return float(score(statistics.dealt_at_random(statistics.count(expected, predicted, labels))))


def _chance_of_likeliest(outcomes: Outcomes) -> float:
    """The same, of five answers to each sample."""
    found = _likeliest(outcomes)
    labels = len(outcomes.labels)
    expected = np.bincount(outcomes.expected, minlength=labels) / len(found)
    return float(expected @ (np.bincount(found.ravel(), minlength=labels) / len(found)))


def _f1(args: Mapping[str, str], outcomes: Outcomes) -> Measured:
    labels = outcomes.labels
    average = args.get("average", "binary" if len(labels) == _BINARY else "macro")
    if average != "binary":
        if "pos_label" in args:
            raise StepError("f1's `pos_label` goes with `average: binary` alone.", remedy="Take one of them out.")
        score = partial(statistics.f1, average=average)
        return _of_counts("f1", outcomes, score, {"average": average}, {"average": average})
    if len(labels) != _BINARY:
        raise StepError(
            f"f1 with `average: binary` is for two labels, and the model has {len(labels)}.",
            remedy="Use `average: macro`, `micro` or `weighted`.",
        )
    name = args.get("pos_label", labels[1])
    if name not in labels:
        raise StepError(
            f"f1's `pos_label` is `{name}`, which is not a label of the model.",
            remedy=f"The model's labels: {', '.join(f'`{label}`' for label in labels)}.",
        )
    positive = labels.index(name)
    score = partial(statistics.f1, average="binary", positive=positive)
    args = {"average": "binary", "pos_label": name}
    return _of_counts("f1", outcomes, score, args, {"average": "binary", "pos_label": positive})
