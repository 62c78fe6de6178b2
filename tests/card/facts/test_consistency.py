from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cardgen.card.facts import consistency
from cardgen.card.facts.consistency import (
    collapse,
    count_differs,
    duplicates,
    fp32_bytes,
    fp32_reading,
    least_int8_bytes,
    loss_exceeds,
    relative_loss,
    same_quantity_other_scale,
    same_value,
    size_below,
    size_readings,
    sizes_apart,
    throughput_disagrees,
)

BART_LARGE_CNN = 406_290_432
"""Parameters of facebook/bart-large-cnn."""
DISTILBERT = 66_364_418
"""Parameters of DistilBERT base for question answering."""

fractions = st.decimals(Decimal("0.1"), 1, places=6)


def D(text: str) -> Decimal:  # noqa: N802
    return Decimal(text)


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("0.911", "0.9106", True),
        ("0.9106", "0.911", True),
        ("0.910", "0.9106", True),  # cut, not rounded
        ("0.9121", "0.9108", False),
        ("0.9121", "0.9122", False),
        ("0.9", "0.9000", True),
        ("0.89", "0.9106", False),
    ],
)
def test_same_value_allows_for_fewer_places_only(first: str, second: str, same: bool) -> None:
    assert same_value(D(first), D(second)) is same


@given(fractions, st.integers(1, 5))
def test_a_rounded_value_is_the_same_value(value: Decimal, places: int) -> None:
    assert same_value(rounded(value, places), value)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("90.37", "0.9037", True),
        ("0.9037", "90.4", True),
        ("0.90", "90.37", True),
        ("90.37", "0.9060", False),
        ("0.9037", "0.9037", False),
        ("86.1069", "0.8626", False),
        ("1", "86", False),
        ("0", "0", False),
        ("41.2224", "41.2224", False),
    ],
)
def test_the_other_scale_is_percent(first: str, second: str, same: bool) -> None:
    assert same_quantity_other_scale(D(first), D(second)) is same
    assert same_quantity_other_scale(D(second), D(first)) is same


@given(fractions, st.integers(2, 5))
def test_percent_of_a_value_is_found_however_it_is_rounded(value: Decimal, places: int) -> None:
    assert same_quantity_other_scale(rounded(value * 100, places - 1), value)
    assert not same_quantity_other_scale(value, value)


@pytest.mark.parametrize(
    ("value", "baseline", "percent"),
    [
        ("41.2224", "41.5274", "0.73"),
        ("0.9037", "0.9106", "0.76"),
        ("0.9060", "0.9106", "0.51"),
        ("86.1069", "86.8374", "0.84"),
        ("0.8626", "0.8687", "0.70"),
        ("0.92", "0.80", "-15.00"),
    ],
)
def test_relative_loss(value: str, baseline: str, percent: str) -> None:
    loss = relative_loss(D(value), D(baseline), higher_is_better=True)
    assert rounded(loss * 100, 2) == D(percent)


def test_relative_loss_of_an_error_rate_is_what_it_rose_by() -> None:
    assert relative_loss(D("0.11"), D("0.10"), higher_is_better=False) == D("0.1")


def test_relative_loss_of_a_negative_baseline_is_positive_where_it_fell() -> None:
    assert relative_loss(D("-0.3"), D("-0.2"), higher_is_better=True) == D("0.5")


@pytest.mark.parametrize(
    ("value", "baseline", "limit", "relative", "exceeds"),
    [
        ("41.2224", "41.5274", "0.01", True, False),
        ("40.9", "41.5274", "0.01", True, True),
        ("0.90", "0.91", "0.01", True, False),  # 0.9049 and 0.9051 are printed like this too
        ("0.9000", "0.9100", "0.01", True, True),
        ("0.900", "0.910", "0.02", True, False),
        ("0.900", "0.910", "0.005", False, True),
        ("0.95", "0.91", "0.01", True, False),
    ],
)
def test_a_loss_claim_is_held_against_the_kindest_reading(
    value: str, baseline: str, limit: str, relative: bool, exceeds: bool
) -> None:
    assert loss_exceeds(D(value), D(baseline), D(limit), relative=relative, higher_is_better=True) is exceeds


@given(fractions, fractions, st.integers(1, 5))
def test_a_kept_claim_is_never_denied_because_of_rounding(value: Decimal, baseline: Decimal, places: int) -> None:
    limit = D("0.01")
    assume(relative_loss(value, baseline, higher_is_better=True) <= limit)
    assert not loss_exceeds(
        rounded(value, places), rounded(baseline, places), limit, relative=True, higher_is_better=True
    )


def test_a_value_far_below_the_unquantized_one_has_collapsed() -> None:
    accuracies = [D(text) for text in ("0.911", "0.898", "0.490", "0.911", "0.911")]
    assert collapse(accuracies, D("0.911")) == (2,)
    assert collapse(accuracies) == (2,)


def test_an_error_rate_collapses_upwards() -> None:
    assert collapse([D("0.12"), D("0.35")], D("0.118"), higher_is_better=False) == (1,)


def test_two_values_without_a_baseline_do_not_tell_which_is_wrong() -> None:
    assert collapse([D("0.9"), D("0.4")]) == ()


def test_a_baseline_of_zero_tells_nothing() -> None:
    assert collapse([D("0"), D("-0.5"), D("0")], D("0")) == ()


@given(st.lists(st.decimals(Decimal("0.85"), Decimal("0.95"), places=4), max_size=8))
def test_values_within_a_tenth_have_not_collapsed(values: list[Decimal]) -> None:
    assert collapse(values, D("0.94")) == ()


def test_runs_over_a_nominal_duration_are_not_the_inverse_of_latency() -> None:
    expected = throughput_disagrees(D("83.23"), D("12.07"), 1)
    assert expected is not None
    assert rounded(expected, 2) == D("12.01")
    gap = abs(D("12.07") / expected - 1)
    assert gap < consistency.NOMINAL_TIME_GAP


@given(st.decimals(Decimal("0.5"), 5000, places=6), st.integers(1, 64), st.integers(1, 4))
def test_a_rate_computed_from_the_latency_agrees(latency: Decimal, batch_size: int, places: int) -> None:
    rate = 1000 * batch_size / latency
    printed = rounded(latency, places)
    assume(printed > 0)
    assert throughput_disagrees(printed, rounded(rate, places), batch_size) is None
    assert throughput_disagrees(latency, rate, batch_size, places) is None


@given(st.decimals(1, 5000, places=2), st.sampled_from([Decimal("0.5"), Decimal(2)]))
def test_half_or_double_the_rate_disagrees(latency: Decimal, factor: Decimal) -> None:
    rate = rounded(64000 / latency * factor, 2)
    assert throughput_disagrees(latency, rate, 64) is not None


def test_a_latency_or_batch_of_zero_tells_nothing() -> None:
    assert throughput_disagrees(D("8.00"), D("120"), 0) is None
    assert throughput_disagrees(D("0.00"), D("120"), 1) is None
    assert throughput_disagrees(D("0.0"), D("120"), 1, 1) is None


def test_least_size_counts_a_byte_a_parameter_and_three_more_in_fp32() -> None:
    assert least_int8_bytes(1000, 0) == 1000
    assert least_int8_bytes(1000, 100) == 1300
    assert least_int8_bytes(1000, 1000) == fp32_bytes(1000)


def test_a_size_that_40_fp32_modules_rule_out() -> None:
    fp32_weights = 148_000_000
    least = least_int8_bytes(BART_LARGE_CNN, fp32_weights)
    assert least > 850_000_000
    assert size_below(D("625"), "M", least)
    assert not size_below(D("1015.2"), "MB", least)


def test_a_size_below_the_bound_in_mb_alone_may_be_mib() -> None:
    assert not size_below(D("96"), "MB", 100_000_000)
    assert size_below(D("96"), "kB", 100_000_000)
    assert size_below(D("94"), "MB", 100_000_000)


@given(st.integers(10**6, 10**12), st.integers(0, 3), st.sampled_from([("MB", 10**6), ("MB", 2**20), ("MiB", 2**20)]))
def test_a_true_size_is_never_below_itself(size: int, places: int, unit: tuple[str, int]) -> None:
    printed = rounded(Decimal(size) / unit[1], places)
    assert not size_below(printed, unit[0], size)


@pytest.mark.parametrize(
    ("size", "parameters", "unit"),
    [
        ("265", DISTILBERT, "MB"),
        ("254", DISTILBERT, "MiB"),
        ("255", DISTILBERT, "MiB"),
        ("265.5", DISTILBERT, "MB"),
        ("1625.5", BART_LARGE_CNN, "MB"),
    ],
)
def test_an_fp32_size_is_four_bytes_a_parameter(size: str, parameters: int, unit: str) -> None:
    reading = fp32_reading(D(size), "MB", parameters)
    assert reading is not None
    assert reading.unit == unit


@pytest.mark.parametrize(("size", "parameters"), [("1669", BART_LARGE_CNN), ("74.7", DISTILBERT), ("133", DISTILBERT)])
def test_a_size_that_no_reading_makes_fp32(size: str, parameters: int) -> None:
    assert fp32_reading(D(size), "M", parameters) is None


@pytest.mark.parametrize(
    ("value", "unit", "bytes_decimal"),
    [
        ("74.7", "MB", 74_700_000),
        ("625", "M", 625_000_000),
        ("65", "", 65_000_000),
        ("1.5", "GB", 1_500_000_000),
        ("800", "KB", 800_000),
        ("12", "megabytes", 12_000_000),
        ("1234", "bytes", 1234),
    ],
)
def test_units_of_size(value: str, unit: str, bytes_decimal: int) -> None:
    reading = size_readings(D(value), unit)[0]
    assert reading.unit == "MB"
    assert reading.low <= bytes_decimal <= reading.high


def test_mib_has_one_reading_and_other_units_none() -> None:
    (reading,) = size_readings(D("2"), "MiB")
    assert reading.unit == "MiB"
    assert reading.low < 2 * 2**20 < reading.high
    assert size_readings(D("2"), "layers") == ()


def test_duplicates_in_order() -> None:
    assert duplicates(["b", "a", "c", "a", "b", "b"]) == ("b", "a")
    assert duplicates(["a", "b"]) == ()


@given(st.lists(st.sampled_from("abcde")))
def test_a_list_without_duplicates_is_as_long_as_its_set(names: list[str]) -> None:
    assert (duplicates(names) == ()) is (len(set(names)) == len(names))


def test_a_count_contradicts_only_a_list_of_another_length() -> None:
    assert count_differs(40, 39)
    assert not count_differs(40, 40)
    assert not count_differs(40, 0)
    assert not count_differs(None, 3)


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [("127", "128", False), ("33.5", "34", False), ("1.0", "1.04", False), ("100", "127", True), ("625", "640", True)],
)
def test_sizes_of_two_runtimes(first: str, second: str, apart: bool) -> None:
    assert sizes_apart(Decimal(first), Decimal(second)) is sizes_apart(Decimal(second), Decimal(first)) is apart
