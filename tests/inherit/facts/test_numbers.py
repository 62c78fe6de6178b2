from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.facts.numbers import decimal_of, read_cell, unit_of
from tests.growth import no_hang

DECIMALS = st.decimals(min_value=0, max_value=10**6, allow_nan=False, allow_infinity=False, places=4)


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("0.490", ["0.490"], ""),
        ("625M", ["625"], "M"),
        ("~ 153 MiB", ["153"], "MiB"),
        ("1,669 MB", ["1669"], "MB"),
        ("90.37 %", ["90.37"], "%"),
        ("0,9106", ["0.9106"], ""),
        ("−0.0003", ["-0.0003"], ""),
        ("0.9342 [0.9251, 0.9423]", ["0.9342"], ""),
        ("0.89 ± 0.01", ["0.89"], ""),
        ("88.5 (+0.2)", ["88.5"], ""),
        ("0.490, collapsed", ["0.490"], ""),
        ("41.22 / 41.53", ["41.22", "41.53"], ""),
        ("84.6/83.4", ["84.6", "83.4"], ""),
        ("12.07 samples/s", ["12.07"], "samples/s"),
    ],
)
def test_the_figures_of_a_cell(text: str, values: list[str], unit: str) -> None:
    numbers = read_cell(text)
    assert [str(number.value) for number in numbers] == values
    assert numbers[0].unit == unit


@pytest.mark.parametrize(
    "text", ["", "n/a", "-", "1 of 14", "4.45.2", "2023-02-03", "v1", "66M params", "March 29", "PyTorch", "3 people"]
)
def test_what_is_no_figure(text: str) -> None:
    assert read_cell(text) == ()


@given(DECIMALS, st.sampled_from(["", " MB", "%", " ms"]), st.sampled_from(["", " [0.1, 0.2]", " (best)", " ± 0.1"]))
def test_a_cell_gives_the_number_that_stands_there(value: Decimal, unit: str, tail: str) -> None:
    text = f"{value:f}{unit}{tail}"
    (number,) = read_cell(text)
    assert str(number.value) == text[number.start : number.end] == f"{value:f}"
    assert number.unit == unit.strip()


@given(st.text(max_size=40) | st.text(alphabet="0123456789.,/ %()[]±MBx-", max_size=40))
def test_no_cell_breaks_it(text: str) -> None:
    for number in read_cell(text):
        assert decimal_of(text[number.start : number.end]) == number.value


@pytest.mark.parametrize("tail", ["*" * 90, " ± 1" * 40, ", a" * 60, " (a" * 60, " [1]" * 45])
def test_no_tail_hangs(tail: str) -> None:
    with no_hang():
        read_cell(f"0.9{tail}!")


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("Model size (MB)", "MB"),
        ("latency_mean (ms)", "ms"),
        ("throughput (/s)", "/s"),
        ("latency_ms", "ms"),
        ("Size in MiB", "MiB"),
        ("Size/GB", "GB"),
        ("Size / GB", "GB"),
        ("Size GB", "GB"),
        ("size_gb", "gb"),
        ("size-in-gib", "gib"),
        ("Size (kB)", "kB"),
        ("File size [TB]", "TB"),
        ("Latency/s", "s"),
        ("Images", ""),
        ("Type B", ""),
        ("Accuracy (eval-f1)", ""),
    ],
)
def test_the_unit_that_a_label_names(label: str, unit: str) -> None:
    assert unit_of(label) == unit
