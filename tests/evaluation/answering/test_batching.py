from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardgen.evaluation.answering.batching import plan_batches


@given(st.lists(st.integers(1, 9), max_size=300), st.integers(1, 64))
def test_batches_hold_every_row_once_longest_first(lengths: list[int], batch_size: int) -> None:
    plan = plan_batches(lengths, batch_size)
    order = [row for rows in plan for row in rows]
    assert sorted(order) == list(range(len(lengths)))
    assert order == sorted(order, key=lambda row: (-lengths[row], row))
    assert all(len(rows) == batch_size for rows in plan[:-1])
    assert all(0 < len(rows) <= batch_size for rows in plan[-1:])
