from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardgen.evaluation.batching import batch_ranges


@given(st.integers(0, 500), st.integers(1, 64))
def test_batches_cover_every_sample_once_in_order(count: int, batch_size: int) -> None:
    parts = list(batch_ranges(count, batch_size))
    assert [index for part in parts for index in part] == list(range(count))
    assert all(len(part) == batch_size for part in parts[:-1])
    assert all(0 < len(part) <= batch_size for part in parts[-1:])
