"""Draws rows of a dataset, the same ones wherever their number, the seed and the count are the same."""

from __future__ import annotations

import heapq
import random
from bisect import bisect_left
from collections.abc import Sequence

from cardgen.data.table import Table


def drawn_rows(rows: int, samples: int, seed: int) -> list[int]:
    """The numbers of ``samples`` of all ``rows``, in their order; of all rows, where there are no more.

    Each row is given a number by Python's ``random``, whose sequence is promised to stay the same, and those with the
    least are taken: so a larger draw holds a smaller one, and only the rows that are taken are held in memory.
    """
    if samples >= rows:
        return list(range(rows))
    source = random.Random(seed)  # noqa: S311 - nothing here is secret
    return sorted(row for _lot, row in heapq.nsmallest(samples, ((source.random(), row) for row in range(rows))))


def picked(table: Table, start: int, drawn: Sequence[int]) -> Table:
    """Those of a table's rows that are among the ``drawn``, which ascend; its first row has number ``start``."""
    low, high = bisect_left(drawn, start), bisect_left(drawn, start + table.rows)
    placed = Table(table.columns, table.rows, range(start, start + table.rows))
    return placed.select(row - start for row in drawn[low:high])
