from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.card.plots.axis import Axis, linear_axis, log_axis
from cardgen.card.plots.pareto import pareto_front
from cardgen.card.plots.text import width

LEAST = Decimal("0.001")
values = st.lists(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40), min_size=1, max_size=9
)


def labels(axis: Axis) -> list[str]:
    return [tick.label for tick in axis.ticks]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("0.92", "0.94"), ["0.920", "0.925", "0.930", "0.935", "0.940"]),
        (("-0.3", "0.2"), ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2"]),
        (("41.2224", "41.5274"), ["41.25", "41.30", "41.35", "41.40", "41.45", "41.50"]),
        (("1", "123456"), ["0", "20000", "40000", "60000", "80000", "100000", "120000"]),
        (("0.9283", "0.9283"), ["0.9278", "0.9280", "0.9282", "0.9284", "0.9286", "0.9288"]),
        (("3e9", "5e9"), ["3.0e+9", "3.5e+9", "4.0e+9", "4.5e+9", "5.0e+9"]),
    ],
)
def test_ticks_are_round_numbers(given: tuple[str, str], expected: list[str]) -> None:
    assert labels(linear_axis(map(Decimal, given), 100, 600, least_span=LEAST)) == expected


@given(values, st.booleans(), st.sampled_from(["x", "y"]))
def test_every_value_has_its_place_in_order(some: list[Decimal], zero: bool, across: str) -> None:
    axis = linear_axis(some, 500, 20, least_span=LEAST, zero=zero, across="x" if across == "x" else "y")
    assert axis.low < axis.high
    assert axis.ticks
    places = [axis.at(value) for value in sorted(some)]
    assert all(20 <= place <= 500 for place in places)
    assert places == sorted(places, reverse=True)
    assert all(20 <= tick.at <= 500 for tick in axis.ticks)
    assert len(set(labels(axis))) == len(axis.ticks)
    if across == "x":
        for one, other in pairwise(axis.ticks):
            assert abs(one.at - other.at) >= (width(one.label, 12) + width(other.label, 12)) / 2 + 10


def test_bars_begin_at_zero() -> None:
    axis = linear_axis([Decimal(70), Decimal(265)], 100, 600, least_span=LEAST, zero=True)
    assert axis.low == 0
    assert axis.at(Decimal(0)) == 100
    assert axis.from_zero
    assert not linear_axis([Decimal(70), Decimal(265)], 100, 600, least_span=LEAST).from_zero


@given(st.lists(st.decimals(min_value=Decimal("1e-40"), max_value=10**12, allow_nan=False), min_size=1, max_size=9))
def test_powers_of_ten(some: list[Decimal]) -> None:
    some = [value for value in some if value > 0] or [Decimal(1)]
    axis = log_axis(some, 100, 500)
    assert len(axis.ticks) >= 2
    assert all(100 <= tick.at <= 500 for tick in axis.ticks)
    assert all(100 < axis.at(value) < 500 or value in (axis.low, axis.high) for value in some)
    distances = {round(other.at - one.at, 6) for one, other in pairwise(axis.ticks)}
    assert len(distances) == 1


def test_powers_of_ten_are_written_out_as_long_as_they_are_short() -> None:
    assert labels(log_axis([Decimal("0.002"), Decimal(30)], 100, 600)) == ["0.001", "0.01", "0.1", "1", "10"]
    assert labels(log_axis([Decimal("3e-7"), Decimal("4e-7")], 100, 600)) == ["1e−7", "1e−6"]


@given(st.lists(st.tuples(st.integers(0, 6).map(Decimal), st.integers(0, 6).map(Decimal)), max_size=12), st.booleans())
def test_the_front_is_what_nothing_beats(points: list[tuple[Decimal, Decimal]], higher: bool) -> None:
    def beats(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal]) -> bool:
        better = one[1] >= other[1] if higher else one[1] <= other[1]
        return one[0] <= other[0] and better and one != other

    front = pareto_front(points, higher_is_better=higher)
    assert sorted(front) == [at for at, point in enumerate(points) if not any(beats(each, point) for each in points)]
    assert [points[at][0] for at in front] == sorted(points[at][0] for at in front)
