"""The machine that a step runs on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from cardgen.records.environment import Hardware

INSTRUCTION_SETS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8")
"""Those that decide which INT8 kernels run, as Linux names them in /proc/cpuinfo."""


def describe_hardware(cpuinfo: Path = Path("/proc/cpuinfo")) -> Hardware:
    """What this machine has, without its name.

    Args:
        cpuinfo: Linux's list of processors; elsewhere it does not exist, and less is known.
    """
    facts: dict[str, str] = {}
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            facts.setdefault(key.strip(), value.strip())
    flags = set(facts.get("flags", "").split())
    return Hardware(
        cpu=facts.get("model name") or platform.processor() or platform.machine(),
        architecture=platform.machine(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        instruction_sets=tuple(name for name in INSTRUCTION_SETS if name in flags),
    )
