from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.data.draw import drawn_rows, picked
from cardgen.data.table import Table


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_so_many_rows_are_drawn_in_their_order(rows: int, samples: int, seed: int) -> None:
    drawn = drawn_rows(rows, samples, seed)
    assert len(drawn) == min(rows, samples)
    assert drawn == sorted(set(drawn))
    assert set(drawn) <= set(range(rows))
    assert drawn == drawn_rows(rows, samples, seed)
    assert set(drawn) <= set(drawn_rows(rows, samples + 1, seed)), "a larger draw holds a smaller one"


def test_the_draw_is_the_same_everywhere() -> None:
    """On every machine and by every Python: records name the seed alone."""
    assert drawn_rows(20, 5, 42) == [1, 7, 9, 12, 19]
    assert drawn_rows(20, 5, 43) != [1, 7, 9, 12, 19]


def test_sorted_rows_are_drawn_from_all_along() -> None:
    assert 35 < sum(row < 5000 for row in drawn_rows(10_000, 100, 42)) < 65


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_rows_are_picked_from_tables_as_they_come(size: int) -> None:
    drawn = drawn_rows(100, 10, 1)
    found: list[int] = []
    for start in range(0, 100, size):
        rows = range(start, min(start + size, 100))
        part = picked(Table({"row": list(rows)}, len(rows)), start, drawn)
        assert list(part["row"]) == part.positions
        found += part["row"]
    assert found == drawn
