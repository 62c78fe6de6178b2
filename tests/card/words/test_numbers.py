from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.card.words import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.9, "0.9000"), (0.91055, "0.9105"), (1.0, "1.0000"), (-0.25, "−0.2500"), (-0.00001, "0.0000"), (0.0, "0.0000")],
)
def test_metric_has_four_decimals(value: float, text: str) -> None:
    assert numbers.metric(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0013, "+0.0013"), (-0.0021, "−0.0021"), (0.00004, "0.0000")])
def test_difference_has_a_sign_unless_it_rounds_to_nothing(value: float, text: str) -> None:
    assert numbers.difference(value) == text


@given(st.floats(-1, 1))
def test_metadata_and_text_show_the_same_number(value: float) -> None:
    assert float(numbers.metric(value).replace("−", "-")) == numbers.metric_value(value)


@pytest.mark.parametrize(
    ("size", "text"),
    [(532_000, "0.53 MB"), (9_996_000, "10.0 MB"), (74_660_000, "74.7 MB"), (1_625_500_000, "1625.5 MB")],
)
def test_megabytes_are_ten_to_the_sixth(size: int, text: str) -> None:
    assert numbers.megabytes(size) == text


def test_share_of_nothing_does_not_apply() -> None:
    assert numbers.percent_of(1, 0) == "n/a"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("3839.885312", "3839.9 MB"),
        ("625", "625 MB"),
        ("625.11", "625.11 MB"),
        ("0.5", "0.5 MB"),
        ("5.24288", "5.24 MB"),
        ("1E+3", "1000 MB"),
    ],
)
def test_a_reported_size_has_no_more_digits_than_were_measured(given: str, shown: str) -> None:
    assert numbers.reported_megabytes(Decimal(given)) == shown
