from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.benchmark.latency import FEWEST_RUNS, Timing, time_runs


class Hands:
    """A clock that only moves when something is done."""

    def __init__(self, *takes: float) -> None:
        self.now = 1000.0
        self.done = 0
        self._takes = takes

    def clock(self) -> float:
        return self.now

    def work(self) -> None:
        """Takes each of the times in turn, and the last one from then on."""
        self.now += self._takes[min(self.done, len(self._takes) - 1)]
        self.done += 1

    def time(self, duration_s: float, warmup_runs: int = 0) -> Timing:
        return time_runs(self.work, duration_s=duration_s, warmup_runs=warmup_runs, clock=self.clock)


def test_the_run_that_crosses_the_duration_is_finished_and_counts() -> None:
    timing = Hands(0.25).time(duration_s=0.6)
    assert timing.latencies_s == (0.25, 0.25, 0.25)
    assert timing.elapsed_s == 0.75
    assert timing.rate(8) == 32


def test_a_run_that_ends_on_the_duration_is_the_last() -> None:
    assert len(Hands(0.25).time(duration_s=0.5).latencies_s) == 2


def test_warm_up_is_not_timed() -> None:
    hands = Hands(64.0, 32.0, 0.5)
    timing = hands.time(duration_s=1, warmup_runs=2)
    assert timing.latencies_s == (0.5, 0.5)
    assert hands.done == 4


def test_one_run_is_never_enough() -> None:
    timing = Hands(8.0).time(duration_s=0.25)
    assert len(timing.latencies_s) == FEWEST_RUNS == 2
    assert timing.rate(1) == 0.125


def test_figures_of_known_latencies() -> None:
    timing = Timing(tuple(float(second) for second in range(101)), 5050.0)
    assert timing.mean_s == 50
    assert [timing.percentile_s(percent) for percent in (50, 90, 99)] == [50, 90, 99]
    assert timing.std_s == pytest.approx(math.sqrt(101 * 102 / 12))


def test_a_percentile_lies_between_two_runs() -> None:
    timing = Timing((1.0, 3.0), 4.0)
    assert timing.percentile_s(50) == 2
    assert timing.percentile_s(99) == pytest.approx(2.98)


@given(st.lists(st.floats(1e-4, 2.0), min_size=1, max_size=50), st.floats(0.001, 10.0), st.integers(1, 64))
def test_throughput_follows_from_the_mean_latency(takes: list[float], duration_s: float, samples: int) -> None:
    timing = Hands(*takes, 0.5).time(duration_s)
    assert timing.elapsed_s >= duration_s or math.isclose(timing.elapsed_s, duration_s)
    assert timing.rate(samples) == pytest.approx(samples / timing.mean_s)
    low, high = min(timing.latencies_s), max(timing.latencies_s)
    figures = [timing.percentile_s(percent) for percent in (50, 90, 99)]
    assert sorted([low, *figures, high]) == pytest.approx([low, *figures, high])


def test_the_real_clock_never_stops() -> None:
    timing = time_runs(lambda: None, duration_s=0.01, warmup_runs=1)
    assert timing.elapsed_s >= 0.01
    assert timing.mean_s < 0.01
