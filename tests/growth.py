"""What tests may say of time: that it grows with the size of what is read and not with its square, and that it ends.

No test says how many seconds something takes, since other work of the machine would decide on it: `make bench` tells
that.
"""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ATTEMPTS = 5
"""How often a growth must be seen to be too fast: beside other work, one measurement can take a few times as long."""
HANG_S = 120.0
"""Processor time after which something is said to hang that takes a second, or for ever."""


def assert_linear(prepare: Callable[[int], Callable[[], object]], few: int, times: int = 16) -> None:
    """Fail if time grows with the square of a size.

    The bound lies halfway between both, as factors go: ``times ** 1.5``. With 16 times as much, linear work may be
    disturbed by a factor of 4, and what grows with the square exceeds the bound by as much.

    Args:
        prepare: Makes, for a size, what is then timed once. What it does itself is not timed: it writes the text, and
            empties caches that would spare the work.
        few: The smaller size, so large that what grows takes longer than what does not.
        times: How many times as large the larger size is.
    """
    _processor_s(prepare(few))  # what is done once in a process, such as compiling patterns
    found = []
    for _ in range(ATTEMPTS):
        short = min(_processor_s(prepare(few)) for _ in range(3))
        long = _processor_s(prepare(few * times))
        if long <= times**1.5 * short:
            return
        found.append(f"{long / short:.0f} times as long ({short:.4f} s, {long:.4f} s)")
    raise AssertionError(f"{times} times as much took " + ", ".join(found))


@contextmanager
def no_hang() -> Iterator[None]:
    """Fail what is done here when it has taken ``HANG_S`` of processor time: for what takes far less, or centuries."""

    def fail(*_: object) -> None:
        raise AssertionError(f"no end after {HANG_S:.0f} s of processor time")

    before = signal.signal(signal.SIGPROF, fail)
    signal.setitimer(signal.ITIMER_PROF, HANG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _processor_s(work: Callable[[], object]) -> float:
    """Processor time of this thread, without the collector of garbage, which looks at all that other tests left."""
    gc.collect()
    gc.disable()
    try:
        started = time.thread_time()
        work()
        return time.thread_time() - started
    finally:
        gc.enable()
