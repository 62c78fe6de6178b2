"""Locks that builds keep among each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from filelock import FileLock, Timeout

_LOOK_EVERY_S = 0.2


@contextmanager
def locked(path: Path, waiting: Callable[[], None], stopped: Event | None = None) -> Iterator[None]:
    """Hold a lock; ``waiting`` is called once if another build holds it.

    It is the operating system's: it ends with its holder, however that dies.

    Raises:
        CancelledError: where ``stopped`` is set while it waits.
        OSError: where there can be no lock.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        while not lock.is_locked:
            if stopped is not None and stopped.is_set():
                raise CancelledError from None
            with suppress(Timeout):
                lock.acquire(timeout=_LOOK_EVERY_S)
    try:
        yield
    finally:
        lock.release()
