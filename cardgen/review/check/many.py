"""Checks of many cards, shared out over the processors of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

from cardgen.errors import EvidenceError
from cardgen.manifest.model import LoadedManifest
from cardgen.review.check.card import check
from cardgen.review.check.report import CheckReport

A = TypeVar("A")
B = TypeVar("B")

_MANY = 100
"""Manifests from which more processes are worth their start."""
_MOST_PROCESSES = 4
"""Each takes some 60 MB."""
_AT_A_TIME = 8
"""Manifests that a process takes; an interruption waits for them."""


Checked = CheckReport | EvidenceError
"""An error in place of the report of a card whose evidence cannot be read."""


class Share(Protocol):
    """``map`` of one argument, which may share the work out; what it makes comes in the order of what is given."""

    def __call__(self, do: Callable[[A], B], given: Iterable[A], /) -> Iterator[B]:
        """Apply ``do``, a function of a module, to each."""


@contextmanager
def shared_out(count: int, processes: int | None = None) -> Iterator[Share]:
    """A ``map`` over the processors, where there are enough manifests.

    Args:
        count: how many manifests there are.
        processes: how many are at work at once; by default it depends on how many manifests and processors there are.
    """
    if processes is None:
        processes = min(_processors(), _MOST_PROCESSES) if count >= _MANY else 1
    if processes == 1:
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(processes, initializer=_serve) as pool:
        try:
            yield partial(pool.map, chunksize=_AT_A_TIME)
        finally:
            pool.shutdown(cancel_futures=True)


def check_all(manifests: Sequence[LoadedManifest], share: Share = map) -> Iterator[Checked]:
    """Check each card; the reports come in the manifests' order.

    Args:
        manifests: which to check.
        share: the ``map`` to check them by.
    """
    return share(_checked, manifests)


def _checked(loaded: LoadedManifest) -> Checked:
    try:
        return check(loaded)
    except EvidenceError as error:
        return error


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve() -> None:
    """Leave Ctrl-C, which a terminal sends to every process, to the one that asked; end when that one has ended."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
