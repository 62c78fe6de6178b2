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


@pytest.mark.parametrize(
    ("value", "beside", "text"),
    [
        (0.41666666, None, "0.4167"),
        (17.9934, None, "17.9934"),
        (12345.678, None, "12345.7"),
        (0.0, None, "0.0000"),
        (0.05, None, "0.0500"),
        (0.00012345, None, "0.0001234"),
        (4e-9, None, "4.000e-09"),
        (-0.000004, None, "\N{MINUS SIGN}0.000004"),
        (0.0123456, 0.5, "0.0123"),
        (0.00001, 0.5, "0.00001"),  # an error is not shown as none
        (0.00012, 0.0512, "0.00012"),
    ],
)
def test_a_tools_value_has_the_digits_that_tell(value: float, beside: float | None, text: str) -> None:
    assert numbers.tool_value(value, beside=beside) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_tools_value_is_the_same_in_metadata_and_text(value: float) -> None:
    shown = numbers.tool_value(value)
    assert float(shown.replace("\N{MINUS SIGN}", "-")) == numbers.tool_number(value)
    assert numbers.tool_number(value) == pytest.approx(value, rel=2e-3, abs=5e-5)
    assert (value == 0) <= (numbers.tool_number(value) == 0)
