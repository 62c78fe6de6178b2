from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cardgen.evaluation.scoring.resampling import (
    each_of,
    from_sums,
    interval,
    mean_of,
    of_counts,
    paired_interval,
    pearson_of,
    ratio_of,
    spearman_of,
)
from cardgen.evaluation.scoring.statistics import count, f1, matthews_correlation
from tests.growth import assert_linear

VALUES = np.random.default_rng(3).normal(size=(2, 40)).round(1)
NUMBERS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=20)


def test_a_normal_mean_has_the_textbook_interval() -> None:
    values = np.random.default_rng(0).normal(size=2000)
    found = interval(mean_of(values), len(values))
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half), abs=half / 10)
    assert found.method == "bootstrap"


def test_what_both_models_find_hard_cancels_out() -> None:
    hard = np.random.default_rng(0).normal(size=500)
    found = paired_interval(mean_of(hard + 0.1), mean_of(hard), 500)
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))
    assert found.method == "paired-bootstrap"


def test_the_same_again() -> None:
    score = mean_of(VALUES[0])
    assert interval(score, 40) == interval(score, 40)


def test_wide_samples_are_drawn_a_few_at_a_time() -> None:
    score = ratio_of(np.abs(VALUES[0]), np.abs(VALUES[1]))
    assert interval(score, 40, width=10**6) == interval(score, 40)


@given(NUMBERS)
def test_a_ratio_is_that_of_the_sums(pairs: list[tuple[int, int]]) -> None:
    above, below = zip(*pairs, strict=True)
    rows = np.arange(len(pairs))
    expected = sum(above) / sum(below) if sum(below) else 0.0
    found = ratio_of(above, below)(np.stack([rows, rows]))
    assert found.tolist() == pytest.approx([expected, expected])


def test_sums_of_drawn_samples_go_to_the_score() -> None:
    score = from_sums([[1, 2], [3, 4], [5, 6]], each_of(lambda sums: float(sums[0] * 100 + sums[1])))
    assert score(np.array([[0, 1, 2], [0, 0, 2]])).tolist() == [912, 710]


def test_correlations_are_those_of_scipy() -> None:
    one, other = VALUES[0], (VALUES[0] + VALUES[1]).round(1)
    draws = np.random.default_rng(1).integers(0, 40, (5, 40))
    for ours, theirs in ((pearson_of, stats.pearsonr), (spearman_of, stats.spearmanr)):
        expected = [theirs(one[rows], other[rows]).statistic for rows in draws]
        assert ours(one, other)(draws) == pytest.approx(expected)


def test_a_draw_of_one_value_alone_correlates_with_nothing() -> None:
    assert pearson_of([1, 1, 2], [1, 2, 3])(np.array([[0, 1, 1]])).tolist() == [0.0]


@pytest.mark.parametrize("score", [partial(f1, average="macro"), partial(f1, average="weighted"), matthews_correlation])
def test_labels_that_do_not_occur_change_nothing(score: Any) -> None:
    rng = np.random.default_rng(5)
    expected, predicted = rng.choice([3, 70, 500, 999], size=(2, 40))
    rows = rng.integers(40, size=(30, 40))
    resampled, _width = of_counts(score, expected, predicted, 1000)
    assert resampled(rows) == pytest.approx(score(count(expected[rows], predicted[rows], 1000)))


def test_time_grows_with_samples_though_each_has_labels_of_its_own() -> None:
    def drawing(samples: int) -> Callable[[], object]:
        rng = np.random.default_rng(6)
        expected = rng.integers(2 * samples, size=samples)
        found = np.where(rng.random(samples) < 0.2, rng.integers(2 * samples, size=samples), expected)

        def draw() -> None:
            score, width = of_counts(partial(f1, average="macro"), expected, found, 2 * samples)
            drawn = interval(score, samples, width)
            assert drawn.low < score(np.arange(samples)) < drawn.high

        return draw

    assert_linear(drawing, few=100)
