"""Waiting for what other processes do, for as long as a busy machine may keep them from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 300.0
"""After which what takes a moment is said not to happen: only a fault lets a test wait so long."""


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds; ``what`` it is that did not come, otherwise."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process runs, and is no zombie; it may be nobody's child here."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for_end(pid: int) -> None:
    """Wait until a process has ended."""
    eventually(lambda: not alive(pid), f"process {pid} goes on")
