from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, matthews_corrcoef

from cardgen.evaluation.scoring import statistics
from cardgen.evaluation.scoring.resampling import Resampled, interval, paired_interval
from cardgen.evaluation.scoring.statistics import Counts, Ids, Interval, Values

Measure = Callable[[Counts], Values]

LABELS = 4


@st.composite
def predictions(draw: st.DrawFn, labels: int = LABELS) -> tuple[Ids, Ids]:
    pairs = draw(st.lists(st.tuples(*[st.integers(0, labels - 1)] * 2), min_size=2, max_size=60))
    expected, predicted = np.array(pairs, dtype=np.int64).T
    return expected, predicted


def noisy(samples: int, wrong: float, seed: int, labels: int = 2) -> tuple[Ids, Ids]:
    rng = np.random.default_rng(seed)
    expected = rng.integers(labels, size=samples)
    other = (expected + rng.integers(1, labels, size=samples)) % labels
    return expected, np.where(rng.random(samples) < wrong, other, expected)


def resampled(measure: Measure, expected: Ids, predicted: Ids, labels: int) -> Resampled:
    return lambda rows: measure(statistics.count(expected[rows], predicted[rows], labels))


def score_interval(measure: Measure, expected: Ids, predicted: Ids, labels: int) -> Interval:
    return interval(resampled(measure, expected, predicted, labels), len(expected))


def difference_interval(measure: Measure, expected: Ids, variant: Ids, baseline: Ids, labels: int) -> Interval:
    models = [resampled(measure, expected, predicted, labels) for predicted in (variant, baseline)]
    return paired_interval(models[0], models[1], len(expected))


@given(predictions())
def test_counts_are_of_scikit_learns_confusion_matrix(pair: tuple[Ids, Ids]) -> None:
    matrix = confusion_matrix(*pair, labels=range(LABELS))
    counts = statistics.count(*pair, LABELS)
    np.testing.assert_array_equal(counts.expected, matrix.sum(1))
    np.testing.assert_array_equal(counts.predicted, matrix.sum(0))
    np.testing.assert_array_equal(counts.hits, matrix.diagonal())


@given(st.lists(predictions(), min_size=2, max_size=2).filter(lambda two: len(two[0][0]) == len(two[1][0])))
@settings(max_examples=20)
def test_counts_of_many_are_each_ones(pairs: list[tuple[Ids, Ids]]) -> None:
    expected, predicted = (np.stack([pair[place] for pair in pairs]) for place in (0, 1))
    many = statistics.count(expected, predicted, LABELS)
    for place, pair in enumerate(pairs):
        one = statistics.count(*pair, LABELS)
        np.testing.assert_array_equal(many.expected[place], one.expected)
        np.testing.assert_array_equal(many.predicted[place], one.predicted)
        np.testing.assert_array_equal(many.hits[place], one.hits)


@given(predictions(), st.sampled_from(["macro", "micro", "weighted"]))
def test_f1_is_scikit_learns(pair: tuple[Ids, Ids], average: str) -> None:
    counts = statistics.count(*pair, LABELS)
    assert statistics.f1(counts, average=average) == pytest.approx(f1_score(*pair, average=average, zero_division=0.0))


@given(predictions(labels=2), st.sampled_from([0, 1]))
def test_binary_f1_is_scikit_learns(pair: tuple[Ids, Ids], positive: int) -> None:
    counts = statistics.count(*pair, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        try:
            expected = f1_score(*pair, pos_label=positive, zero_division=0.0)
        except ValueError:  # scikit-learn refuses a positive label that does not occur
            expected = 0.0
    assert statistics.f1(counts, average="binary", positive=positive) == pytest.approx(expected)


@given(predictions())
def test_accuracy_and_matthews_are_scikit_learns(pair: tuple[Ids, Ids]) -> None:
    counts = statistics.count(*pair, LABELS)
    assert statistics.accuracy(counts) == pytest.approx(accuracy_score(*pair))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # one label only
        assert statistics.matthews_correlation(counts) == pytest.approx(matthews_corrcoef(*pair))


@pytest.mark.parametrize(
    ("correct", "samples", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_as_published(correct: int, samples: int, low: float, high: float) -> None:
    interval = statistics.wilson_interval(correct, samples)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)
    assert interval.method == "wilson"


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    # By hand: twice the binomial tail, at most 1.
    [(0, 0, 1.0), (1, 0, 1.0), (0, 6, 2 / 64), (1, 9, 22 / 1024), (5, 5, 1.0)],
)
def test_mcnemar_is_a_sign_test_of_what_changed(gained: int, lost: int, p: float) -> None:
    one = np.array([True] * gained + [False] * lost + [True, False])
    other = np.array([False] * gained + [True] * lost + [True, False])
    assert statistics.mcnemar_p(one, other) == pytest.approx(p)
    assert statistics.mcnemar_p(other, one) == pytest.approx(p)


def test_bootstrap_of_accuracy_is_near_wilson() -> None:
    expected, predicted = noisy(2000, wrong=0.1, seed=1)
    found = score_interval(statistics.accuracy, expected, predicted, 2)
    wilson = statistics.wilson_interval(int((expected == predicted).sum()), 2000)
    assert found.low == pytest.approx(wilson.low, abs=0.003)
    assert found.high == pytest.approx(wilson.high, abs=0.003)


def test_intervals_are_the_same_each_time() -> None:
    expected, predicted = noisy(300, wrong=0.2, seed=2, labels=LABELS)
    once = score_interval(statistics.matthews_correlation, expected, predicted, LABELS)
    again = score_interval(statistics.matthews_correlation, expected, predicted, LABELS)
    assert once == again
    assert once.low < statistics.matthews_correlation(statistics.count(expected, predicted, LABELS)) < once.high


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of 60 samples of a model that is right nine times in ten, most intervals hold 0.9."""
    held = 0
    for seed in range(60):
        expected, predicted = noisy(400, wrong=0.1, seed=seed)
        interval = score_interval(statistics.accuracy, expected, predicted, 2)
        held += interval.low <= 0.9 <= interval.high
    assert held >= 52  # fewer have a chance below one in ten thousand at 95 %


def test_pairing_narrows_the_difference() -> None:
    """Two models that err on the same samples differ less surely than their separate scores suggest."""
    expected, baseline = noisy(1000, wrong=0.2, seed=3)
    variant = baseline.copy()
    variant[:10] = expected[:10]
    paired = difference_interval(statistics.accuracy, expected, variant, baseline, 2)
    alone = score_interval(statistics.accuracy, expected, baseline, 2)
    assert paired.high - paired.low < (alone.high - alone.low) / 4
    assert paired.method == "paired-bootstrap"


def test_equal_predictions_do_not_differ() -> None:
    expected, predicted = noisy(200, wrong=0.3, seed=4)
    found = difference_interval(statistics.accuracy, expected, predicted, predicted, 2)
    assert (found.low, found.high) == (0.0, 0.0)


def test_the_sign_of_a_difference_is_variant_minus_baseline() -> None:
    expected, worse = noisy(500, wrong=0.4, seed=5)
    found = difference_interval(statistics.accuracy, expected, worse, expected, 2)
    assert found.high < 0


@given(predictions().filter(lambda pair: len(pair[0]) <= 5))
@settings(max_examples=30)
def test_chance_is_the_mean_over_all_ways_to_deal_the_answers(pair: tuple[Ids, Ids]) -> None:
    expected, predicted = pair
    dealt = np.array(list(permutations(predicted)))
    counts = statistics.count(np.broadcast_to(expected, dealt.shape), dealt, LABELS)
    chance = statistics.dealt_at_random(statistics.count(*pair, LABELS))
    assert statistics.accuracy(chance) == pytest.approx(statistics.accuracy(counts).mean())
    for average in ("binary", "macro", "micro", "weighted"):
        assert statistics.f1(chance, average=average) == pytest.approx(statistics.f1(counts, average=average).mean())
    assert statistics.matthews_correlation(chance) == pytest.approx(0, abs=1e-9)


def test_always_the_same_answer_is_chance() -> None:
    expected, predicted = np.array([0, 0, 0, 1]), np.zeros(4, np.int64)
    counts = statistics.count(expected, predicted, 2)
    assert statistics.accuracy(statistics.dealt_at_random(counts)) == statistics.accuracy(counts) == 0.75
