"""How many threads a model may use."""

from __future__ import annotations

import os
from typing import Final

SHARE: Final = "CARDGEN_STEPS_AT_ONCE"
"""Variable that tells a worker among how many steps that run at once the processors are divided."""


def available_threads() -> int:
    """Its share of the CPUs that this process may run on, which in a container can be fewer than the machine has."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cpus // int(os.environ.get(SHARE, "1")))
