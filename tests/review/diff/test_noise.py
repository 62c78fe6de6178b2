from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.review.diff.noise import Estimate, difference, is_noise

values = st.floats(0, 1)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    low, value, high = sorted((draw(values), draw(values), draw(values)))
    return Estimate(value, low, high)


def test_it_is_newcombe_s_method_for_wilson_intervals() -> None:
    """Example (a) of Newcombe, Statistics in Medicine 17 (1998), table II: 56 of 70 and 48 of 80, by method 10."""
    new, old = Estimate(56 / 70, 0.6918, 0.8770), Estimate(48 / 80, 0.4904, 0.7003)
    found = difference(new, old)
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.0524, abs=1e-4)
    assert found.high == pytest.approx(0.3339, abs=1e-4)
    assert not is_noise(found)


@given(estimates(), estimates())
def test_the_other_way_round_it_is_the_same_but_for_the_sign(one: Estimate, other: Estimate) -> None:
    there, back = difference(one, other), difference(other, one)
    assert (there.value, there.low, there.high) == (-back.value, -back.high, -back.low)
    assert is_noise(there) == is_noise(back)


@given(estimates())
def test_what_stayed_is_noise(estimate: Estimate) -> None:
    assert is_noise(difference(estimate, estimate))
