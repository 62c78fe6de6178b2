"""Times something that is done again and again. Pure but for the clock, which is given."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Seconds since some moment; never goes back."""

FEWEST_RUNS = 2
"""Runs that are timed at the least, however long they take: one tells nothing of how much they differ."""


@dataclass(frozen=True)
class Timing:
    """What was timed."""

    latencies_s: tuple[float, ...]
    """Seconds that each run took, in order; at least :data:`FEWEST_RUNS`."""
    elapsed_s: float
    """Seconds from the start of the first to the end of the last."""

    @property
    def mean_s(self) -> float:
        """Mean latency."""
        return statistics.fmean(self.latencies_s)

    @property
    def std_s(self) -> float:
        """Standard deviation of the latencies, with Bessel's correction."""
        return statistics.stdev(self.latencies_s)

    def percentile_s(self, percent: int) -> float:
        """The latency that ``percent`` (1 to 99) of the runs do not exceed.

        Between two runs it is interpolated linearly (Hyndman and Fan 1996, definition 7; numpy's default).
        """
        return statistics.quantiles(self.latencies_s, n=100, method="inclusive")[percent - 1]

    def rate(self, samples: int) -> float:
        """Samples a second, over the time that truly passed, where each run takes ``samples`` of them."""
        return len(self.latencies_s) * samples / self.elapsed_s


def time_runs(
    run: Callable[[], object], *, duration_s: float, warmup_runs: int, clock: Clock = time.perf_counter
) -> Timing:
    """Do ``run`` again and again until ``duration_s`` have passed; the last one is finished, and counts.

    Args:
        run: one run.
        duration_s: seconds.
        warmup_runs: how often ``run`` is done before, untimed: the first ones allocate memory and fill caches.
        clock: read once between two runs, so that no time lies between them that belongs to neither.
    """
    for _ in range(warmup_runs):
        run()
    latencies: list[float] = []
    first = begin = clock()
    while begin - first < duration_s or len(latencies) < FEWEST_RUNS:
        run()
        end = clock()
        latencies.append(end - begin)
        begin = end
    return Timing(tuple(latencies), begin - first)
