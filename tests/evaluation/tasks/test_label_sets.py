"""Scores of texts that have several labels each, or a number, beside scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from cardgen.data.labels import map_sets
from cardgen.data.rules.label_sets import LabelSetRule
from cardgen.data.table import Table
from cardgen.errors import StepError
from cardgen.evaluation.scoring.measured import difference_of, score_of
from cardgen.evaluation.task import Outcomes
from cardgen.evaluation.tasks import multi_label_classification, text_regression
from cardgen.evaluation.tasks.multi_label_classification import measured_by
from cardgen.records.request import MetricRequest

LABELS = ("colour", "town", "dish", "beast")
SETS = st.lists(st.integers(0, 3), unique=True).map(sorted)


def outcomes(expected: list[list[int]], logits: Any) -> Outcomes:
    array = np.asarray(logits, np.float32)
    return Outcomes(expected, [[int(at) for at in np.flatnonzero(row > 0)] for row in array], list(array), LABELS)


def marks(sets: Any) -> np.ndarray[Any, Any]:
    return np.array([[int(label in each) for label in range(len(LABELS))] for each in sets])


@st.composite
def answered(draw: st.DrawFn) -> Outcomes:
    expected = draw(st.lists(SETS, min_size=2, max_size=12))
    numbers = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 3.0]), min_size=4, max_size=4)
    return outcomes(expected, draw(st.lists(numbers, min_size=len(expected), max_size=len(expected))))


@pytest.mark.parametrize("average", ["micro", "macro", "weighted"])
@pytest.mark.parametrize("kind", ["f1", "precision", "recall"])
@given(found=answered())
def test_scores_of_sets_are_scikit_learns(kind: str, average: str, found: Outcomes) -> None:
    expected, predicted = marks(found.expected), marks(found.predicted)
    measured = measured_by(0.0, expected == 1, predicted == 1, kind=kind, average=average)
    score = getattr(metrics, f"{kind}_score")
    drawn = np.random.default_rng(0).integers(0, len(expected), (3, len(expected)))
    drawn[0] = np.arange(len(expected))
    again = [score(expected[rows], predicted[rows], average=average, zero_division=0.0) for rows in drawn]
    assert measured.resampled(drawn) == pytest.approx(again)


@given(found=answered())
def test_scores_of_samples_are_scikit_learns(found: Outcomes) -> None:
    expected, predicted = marks(found.expected), marks(found.predicted)
    exact = multi_label_classification.measure(MetricRequest(type="exact_match"), found)
    assert exact.value == pytest.approx(metrics.accuracy_score(expected, predicted))
    ranking = MetricRequest(type="label_ranking_average_precision")
    wanted = metrics.label_ranking_average_precision_score(expected, np.array(found.logits))
    assert multi_label_classification.measure(ranking, found).value == pytest.approx(wanted)
    every = multi_label_classification.values(ranking, found, range(len(expected)))
    assert every is not None
    assert every.mean() == pytest.approx(wanted)
    assert multi_label_classification.values(MetricRequest(type="f1"), found, [0]) is None


def test_a_score_has_an_interval_and_a_difference() -> None:
    rng = np.random.default_rng(1)
    expected = rng.random((200, 4)) < 0.4
    good, bad = expected ^ (rng.random(expected.shape) < 0.1), rng.random(expected.shape) < 0.4
    value = {name: metrics.f1_score(expected, found, average="micro") for name, found in (("good", good), ("bad", bad))}
    one = measured_by(value["good"], expected, good, kind="f1", average="micro")
    other = measured_by(value["bad"], expected, bad, kind="f1", average="micro")
    score = score_of(one)
    assert score.low < score.value < score.high
    assert score.args == {"average": "micro"}
    assert one.chance is not None
    assert other.chance is not None
    assert one.chance < 0.6 < score.value
    assert abs(value["bad"] - other.chance) < 0.1
    assert difference_of(other, one).high < 0


@pytest.mark.parametrize(
    ("rows", "distinct", "mapping"),
    [
        ([["town", "dish"], [], ["dish"]], ("dish", "town"), {"dish": "dish", "town": "town"}),
        (["town, dish", "", "dish"], ("dish", "town"), {"dish": "dish", "town": "town"}),
        ([[1.0, 0.0, 0.0, 1.0], [0.0] * 4], (), {label: label for label in LABELS}),
    ],
)
def test_sets_of_labels_are_read(rows: list[Any], distinct: tuple[str, ...], mapping: dict[str, str]) -> None:
    rule = LabelSetRule("labels")
    rule.take(Table({"labels": rows}, len(rows)))
    assert rule.faults(["labels"]) == []
    assert rule.distinct == distinct
    assert map_sets(rule, LABELS, None) == mapping


@pytest.mark.parametrize(
    ("rows", "given_labels", "message"),
    [
        ([["town"], 3], None, "hold a list of labels, each once"),
        ([["town", "town"]], None, "each once"),
        ([[1, 0, 0, 1]], None, "each once"),
        ([["town"], [None]], None, "each once"),
        ([["town"], [1]], None, "int and str values"),
        ([[], []], None, "gives no row a label"),
        ([[1.0, 0.5]], None, "neither 0.0 nor 1.0"),
        ([[1.0, 0.0], [1.0]], None, "not equally long: 1, 2"),
        ([[1.0, 0.0]], None, "mark 2 labels, and the model has 4"),
        ([[1.0, 0.0, 0.0, 0.0]], {"a": "town"}, "so that none is mapped"),
        ([["towns"]], None, "are not the model's: `towns`"),
        ([[0, 1]], None, "are bare numbers"),
    ],
)
def test_what_are_no_sets_of_the_models_labels(
    rows: list[Any], given_labels: dict[str, str] | None, message: str
) -> None:
    rule = LabelSetRule("labels")
    rule.take(Table({"labels": rows}, len(rows)))
    faults = rule.faults(["labels"])
    if not faults:
        with pytest.raises(StepError, match=message):
            map_sets(rule, LABELS, given_labels)
        return
    assert message in faults[0].message
    assert ("Write 1.0 and 0.0" in faults[0].remedy) == (rows == [[1, 0, 0, 1]])


def test_other_metrics_are_refused() -> None:
    with pytest.raises(StepError, match="no metric `accuracy`"):
        multi_label_classification.measure(MetricRequest(type="accuracy"), outcomes([[0], []], [[1.0] * 4] * 2))
    with pytest.raises(StepError, match="f1 has no average `binary`"):
        multi_label_classification.measure(
            MetricRequest(type="f1", args={"average": "binary"}), outcomes([[0], []], [[1.0] * 4] * 2)
        )
    with pytest.raises(StepError, match="no metric `f1`"):
        text_regression.measure(MetricRequest(type="f1"), Outcomes([1.0, 2.0], [1.0, 2.0]))
