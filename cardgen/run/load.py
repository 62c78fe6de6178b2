"""How busy others keep the machine while a step is timed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cardgen.records.results.benchmark import BenchmarkResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.tune import TuneResult

Timed = TypeVar("Timed", BenchmarkResult, PredictResult, TuneResult)

STAT = Path("/proc/stat")
"""Linux's count of what each processor did since the machine started; elsewhere it does not exist."""
_BUSY = ("user", "nice", "system", "irq", "softirq", "steal")
_COLUMNS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
"""As in proc_stat(5); time of guests is part of the first two."""
_SHORTEST_S = 0.2
"""The kernel counts in hundredths of a second."""
_SLACK = 0.1
"""Processors by which the two counts may be apart."""


class Meter:
    """Counts what others do from when it is made."""

    def __init__(self, stat: Path = STAT) -> None:
        """Start."""
        self._stat = stat
        self._start = (time.monotonic(), _own_s(), busy_s(stat))

    def load(self) -> float | None:
        """Processors that others kept busy since then, on average, of those that this process may use.

        ``None`` where the machine does not tell, or the time is too short.
        """
        (started, own, busy), now = self._start, busy_s(self._stat)
        elapsed = time.monotonic() - started
        if busy is None or now is None or elapsed < _SHORTEST_S:
            return None
        found = (now - busy - (_own_s() - own)) / elapsed
        # Some sandboxes show a file in which nothing moves.
        return None if found < -_SLACK else round(max(0.0, found), 2)


def under_load(work: Callable[[], Timed]) -> Timed:
    """Do work that is timed, and tell in its result what others did meanwhile."""
    meter = Meter()
    return work().model_copy(update={"load": meter.load()})


def busy_s(stat: Path) -> float | None:
    """Seconds that the processors which this process may use were busy, or were taken by a hypervisor's other guests.

    ``None`` where there is no such file, or it does not have them.
    """
    if not stat.is_file() or not hasattr(os, "sched_getaffinity"):
        return None
    ours = {f"cpu{number}" for number in os.sched_getaffinity(0)}
    counts = {
        fields[0]: fields[1:] for line in stat.read_text(encoding="ascii").splitlines() if (fields := line.split())
    }
    if not ours <= counts.keys():
        return None
    ticks = sum(
        int(count) for name in ours for column, count in zip(_COLUMNS, counts[name], strict=False) if column in _BUSY
    )
    return ticks / os.sysconf("SC_CLK_TCK")


def _own_s() -> float:
    """Processor time of this process, its threads, and children that have ended."""
    return sum(os.times()[:4])
