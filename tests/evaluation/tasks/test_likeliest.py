"""What is kept of language models, and the divergence by that beside the one by all probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax
from scipy.stats import entropy

from cardgen.evaluation.task import Outcomes
from cardgen.evaluation.tasks import likeliest
from cardgen.evaluation.tasks.likeliest import KEPT_PLACES, LIKELIEST, kept_places, token_fidelity, told_tokens


def outcomes(logits: Any, expected: Any) -> Outcomes:
    """Of a corpus in windows: the logits and right tokens of each."""
    kept = kept_places([len(each) for each in expected])
    told = [told_tokens(*each) for each in zip(logits, expected, kept, strict=True)]
    return Outcomes([len(each) for each in expected], [0.0] * len(expected), told=told)


def two_models(
    vocabulary: int, noise: float, seed: int, spread: float = 3.0, windows: int = 4
) -> tuple[Any, Any, list[Any]]:
    rng = np.random.default_rng(seed)
    base = [rng.normal(size=(9, vocabulary), scale=spread).astype(np.float32) for _ in range(windows)]
    variant = [(each + rng.normal(size=each.shape, scale=noise)).astype(np.float32) for each in base]
    return variant, base, [rng.integers(0, vocabulary, 9) for _ in range(windows)]


def whole(variant: Any, base: Any) -> Any:
    """The divergence in each place, of all probabilities."""
    q, p = (np.exp(log_softmax(np.concatenate(each).astype(np.float64), axis=-1)) for each in (variant, base))
    return entropy(p, q, axis=-1)


@given(seed=st.integers(0, 10**6), noise=st.sampled_from([0.0, 0.01, 0.3, 3.0, 30.0]), vocabulary=st.integers(2, 200))
@settings(deadline=None, max_examples=60)
def test_what_is_kept_gives_a_lower_bound(seed: int, noise: float, vocabulary: int) -> None:
    variant, base, expected = two_models(vocabulary, noise, seed)
    found = token_fidelity(outcomes(variant, expected), outcomes(base, expected))
    assert found is not None
    assert found.divergence is not None
    exact = whole(variant, base)
    assert 0 <= found.divergence.mean <= exact.mean() * (1 + 1e-5) + 1e-5
    assert found.divergence.largest <= exact.max() * (1 + 1e-5) + 1e-5
    assert found.divergence.likeliest == min(LIKELIEST, vocabulary)
    assert found.divergence.units == found.units == 36
    if noise == 0:
        assert (found.divergence.mean, found.same.count) == (0, 36)
    if vocabulary <= LIKELIEST:
        assert found.divergence.mean == pytest.approx(exact.mean(), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize(("noise", "least"), [(0.1, 0.8), (1.0, 0.8), (10.0, 0.5)])
def test_it_is_close_where_the_likeliest_tokens_hold_most(noise: float, least: float) -> None:
    variant, base, expected = two_models(1000, noise, seed=1, spread=5.0, windows=20)
    found = token_fidelity(outcomes(variant, expected), outcomes(base, expected))
    assert found is not None
    assert found.divergence is not None
    assert found.divergence.mean > least * whole(variant, base).mean()


def test_models_that_agree_on_nothing_are_far_apart() -> None:
    """No token is among the likeliest of both."""
    base, variant = np.zeros((2, 400), np.float32), np.zeros((2, 400), np.float32)
    base[:, :20], variant[:, 380:] = 12.0, 12.0
    expected = [np.array([1, 2])] * 2
    found = token_fidelity(outcomes([variant] * 2, expected), outcomes([base] * 2, expected))
    assert found is not None
    assert found.divergence is not None
    assert (found.same.count, found.divergence.units) == (0, 4)
    assert 5 < found.divergence.mean < whole([variant], [base]).mean()


def test_flips_are_of_tokens() -> None:
    base = np.eye(5, dtype=np.float32)[[0, 1, 2, 3]]
    variant = np.eye(5, dtype=np.float32)[[0, 1, 4, 1]]
    expected = np.array([0, 2, 2, 1])
    found = token_fidelity(outcomes([variant, variant], [expected] * 2), outcomes([base, base], [expected] * 2))
    assert found is not None
    assert found.lost is not None
    assert found.gained is not None
    assert (found.unit, found.units, found.same.count) == ("token", 8, 4)
    assert (found.lost.count, found.gained.count) == (2, 2)


def test_parts_of_a_window_are_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    (logits, *_more), _base, (expected, *_others) = two_models(50, 0.0, seed=3)
    at_once = told_tokens(logits, expected, range(0, 9, 2))
    monkeypatch.setattr(likeliest, "_CELLS", 2 * 50)
    assert told_tokens(logits, expected, range(0, 9, 2)) == at_once
    assert len(at_once.likeliest) == 5
    assert len(at_once.tokens) == 9


@given(st.lists(st.integers(0, 3 * KEPT_PLACES // 4), min_size=1, max_size=12))
@settings(deadline=None)
def test_kept_places_are_spread_evenly_and_no_more_than_allowed(counts: list[int]) -> None:
    kept = kept_places(counts)
    total = sum(counts)
    starts = np.cumsum([0, *counts])
    places = [int(start) + place for start, each in zip(starts, kept, strict=False) for place in each]
    step = max(1, -(-total // KEPT_PLACES))
    assert places == list(range(0, total, step))
    assert len(places) <= KEPT_PLACES
    assert all(0 <= place < count for each, count in zip(kept, counts, strict=True) for place in each)


def test_what_an_earlier_version_kept_tells_nothing() -> None:
    plain = Outcomes([3, 3], [1.0, 2.0])
    assert token_fidelity(plain, plain) is None
