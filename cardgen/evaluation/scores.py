"""A metric as the manifest asks for it: its value, its interval, and its difference to the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cardgen.catalog.suggest import nearest
from cardgen.errors import StepError
from cardgen.evaluation import statistics
from cardgen.evaluation.statistics import Ids, Measure
from cardgen.records.model import PairedDifference, Score
from cardgen.records.request import MetricRequest

_METRICS_FOLDER = Path(__file__).parent / "metrics"
_AVERAGES = ("binary", "macro", "micro", "weighted")
_BINARY = 2
"""Labels of a binary classifier."""


@dataclass(frozen=True)
class _Metric:
    name: str
    measure: Measure
    """The same score from confusion matrices, for the bootstrap."""
    args: Mapping[str, str] = field(default_factory=dict)
    """As the card prints them."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the ``evaluate`` module takes."""


def score(request: MetricRequest, expected: Ids, predicted: Ids, labels: Sequence[str]) -> Score:
    """Score one model.

    Args:
        request: the metric.
        expected: expected label ids, of shape (samples,).
        predicted: predicted label ids, of the same shape.
        labels: the model's label names in id order.

    Raises:
        StepError: if the metric or an argument of it does not exist or does not fit these labels.
    """
    metric = _resolve(request, labels)
    found = _compute(metric, expected, predicted)
    if metric.name == "accuracy":
        interval = statistics.wilson_interval(int((expected == predicted).sum()), len(expected))
    else:
        interval = statistics.score_interval(metric.measure, expected, predicted, len(labels))
    return Score(
        metric=metric.name,
        args=dict(metric.args),
        value=found,
        low=interval.low,
        high=interval.high,
        interval=interval.method,
    )


def value(request: MetricRequest, expected: Ids, predicted: Ids, labels: Sequence[str]) -> float:
    """The score alone, without its interval. The arguments are those of :func:`score`."""
    return _compute(_resolve(request, labels), expected, predicted)


def difference(
    request: MetricRequest, expected: Ids, variant: Ids, baseline: Ids, labels: Sequence[str]
) -> PairedDifference:
    """The variant's score minus the baseline's, on the same samples. The arguments are those of :func:`score`."""
    metric = _resolve(request, labels)
    change = _compute(metric, expected, variant) - _compute(metric, expected, baseline)
    interval = statistics.paired_interval(metric.measure, expected, variant, baseline, len(labels))
    return PairedDifference(
        metric=metric.name, value=change, low=interval.low, high=interval.high, interval=interval.method
    )


def _compute(metric: _Metric, expected: Ids, predicted: Ids) -> float:
    import evaluate

    # In memory: the default is a file in the user's cache, which two evaluations at once would both write.
    module = evaluate.load(str(_METRICS_FOLDER / f"{metric.name}.py"), keep_in_memory=True)
    result = module.compute(predictions=predicted, references=expected, **metric.options)
    return float(result[metric.name])


def _resolve(request: MetricRequest, labels: Sequence[str]) -> _Metric:
    if request.type == "f1":
        return _resolve_f1(request.args, labels)
    simple: Mapping[str, Measure] = {
        "accuracy": statistics.accuracy,
        "matthews_correlation": statistics.matthews_correlation,
    }
    if request.type not in simple:
        hint = nearest(request.type, (*simple, "f1"))
        raise StepError(
            f"There is no metric `{request.type}`.",
            remedy=f"Did you mean `{hint}`?" if hint else f"There are: {', '.join(sorted((*simple, 'f1')))}.",
        )
    _check_args(request.type, request.args, ())
    return _Metric(request.type, simple[request.type])


def _resolve_f1(args: Mapping[str, object], labels: Sequence[str]) -> _Metric:
    _check_args("f1", args, ("average", "pos_label"))
    average = str(args.get("average", "binary" if len(labels) == _BINARY else "macro"))
    if average not in _AVERAGES:
        hint = nearest(average, _AVERAGES)
        raise StepError(
            f"f1 has no average `{average}`.",
            remedy=(f"Did you mean `{hint}`? " if hint else "") + f"There are: {', '.join(_AVERAGES)}.",
        )
    if average != "binary":
        if "pos_label" in args:
            raise StepError("f1's `pos_label` goes with `average: binary` alone.", remedy="Take one of them out.")
        return _Metric("f1", partial(statistics.f1, average=average), {"average": average}, {"average": average})
    if len(labels) != _BINARY:
        raise StepError(
            f"f1 with `average: binary` is for two labels, and the model has {len(labels)}.",
            remedy="Use `average: macro`, `micro` or `weighted`.",
        )
    name = str(args.get("pos_label", labels[1]))
    if name not in labels:
        raise StepError(
            f"f1's `pos_label` is `{name}`, which is not a label of the model.",
            remedy=f"The model's labels: {', '.join(f'`{label}`' for label in labels)}.",
        )
    positive = labels.index(name)
    return _Metric(
        "f1",
        partial(statistics.f1, average="binary", positive=positive),
        {"average": "binary", "pos_label": name},
        {"average": "binary", "pos_label": positive},
    )


def _check_args(metric: str, args: Mapping[str, object], known: tuple[str, ...]) -> None:
    for name in args:
        if name not in known:
            raise StepError(
                f"{metric} has no argument `{name}`.",
                remedy=f"It takes: {', '.join(known)}." if known else "It takes none.",
            )
