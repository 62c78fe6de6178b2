"""Ties a process's life to its parent's, so that it ends even where nobody is left to end it."""

from __future__ import annotations

import ctypes
import signal
import sys

LIBC = ctypes.CDLL(None)
"""Loaded before a fork: the child of a process with threads should load nothing."""
_PR_SET_PDEATHSIG = 1
"""As in <linux/prctl.h>."""


def end_with_parent() -> None:
    """Have the kernel end this process as soon as the thread that forked it has ended, whatever it is at then.

    Linux alone has that (``prctl(2)``, PR_SET_PDEATHSIG); elsewhere nothing happens.
    """
    if sys.platform == "linux":
        LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
