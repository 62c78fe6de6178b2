from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.evaluation.scoring.resampling import mean_of, paired_interval
from cardgen.review.diff.paired import paired_difference

VALUES = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0])), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("samples", "gained", "lost"),
    [(872, 12, 21), (872, 0, 7), (500, 120, 90), (5000, 3, 0), (5000, 300, 350), (40, 0, 0), (30, 30, 0)],
)
def test_what_is_right_or_wrong_has_the_interval_of_a_bootstrap(samples: int, gained: int, lost: int) -> None:
    old = [0.0] * gained + [1.0] * lost + [1.0] * (samples - gained - lost)
    new = [1.0] * gained + [0.0] * lost + [1.0] * (samples - gained - lost)
    found, expected = paired_difference(new, old), paired_interval(mean_of(new), mean_of(old), samples)
    assert (found.gained, found.lost) == (gained, lost)
    assert found.value == pytest.approx((gained - lost) / samples)
    deviation = ((gained + lost) / samples) ** 0.5 / samples**0.5
    assert found.low == pytest.approx(expected.low, abs=0.12 * deviation + 1 / samples)
    assert found.high == pytest.approx(expected.high, abs=0.12 * deviation + 1 / samples)


def test_other_values_have_the_interval_of_a_bootstrap() -> None:
    random = np.random.default_rng(7)
    old = random.beta(2, 3, 900)
    new = np.clip(old + random.normal(-0.01, 0.05, 900), 0, 1)
    found, expected = paired_difference(new.tolist(), old.tolist()), paired_interval(mean_of(new), mean_of(old), 900)
    assert found.low == pytest.approx(expected.low, abs=3e-4)
    assert found.high == pytest.approx(expected.high, abs=3e-4)


@given(VALUES)
def test_the_other_way_round_it_is_the_same_but_for_the_sign(pairs: list[tuple[float, float]]) -> None:
    new, old = ([pair[side] for pair in pairs] for side in (0, 1))
    there, back = paired_difference(new, old), paired_difference(old, new)
    assert (there.value, there.gained, there.lost) == (-back.value, back.lost, back.gained)
    assert there.low <= there.value <= there.high
    # A quantile is a count: where two are as near to the level, the one from below is taken.
    assert there.low == pytest.approx(-back.high, abs=1 / len(pairs) + 1e-9)


@pytest.mark.parametrize(("new", "old"), [([], []), ([1.0], [1.0, 0.0])])
def test_samples_must_be_the_same(new: list[float], old: list[float]) -> None:
    with pytest.raises(ValueError, match=r"no samples|shorter|longer"):
        paired_difference(new, old)
