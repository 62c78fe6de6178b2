"""The whole suite, the environments made: ``make test``."""

from __future__ import annotations

from tests.bench.earlier import Checkout, compared, in_turns
from tests.bench.processes import run_process
from tests.bench.table import Row

RUNS = 1
"""It takes a quarter of an hour."""
MOST = 0.5


def rows() -> list[Row]:
    """Measure."""
    return [compared("the whole suite", in_turns(_run, RUNS), MOST)]


def _run(checkout: Checkout) -> float:
    return run_process(["make", "test"], checkout.folder).seconds
