"""How busy others keep the machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cardgen.run.load import Meter, busy_s
from tests.waiting import eventually

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
OURS = sorted(os.sched_getaffinity(0))
OTHER = OURS[-1] + 1
"""A processor that this process may not use, or that does not exist."""


def write(stat: Path, ours: str, other: str = "0 0 0 0 0 0 0 0 0 0") -> None:
    rows = [f"cpu{number} {ours}" for number in OURS] + [f"cpu{OTHER} {other}"]
    stat.write_text("\n".join(["cpu  9 9 9 9 9 9 9 9 9 9", *rows, "intr 5 0 1", "ctxt 7", ""]), encoding="ascii")


def burn(seconds: float) -> None:
    """Use the processor for so long."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_seconds_are_those_of_work_on_the_processors_that_may_be_used(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    write(stat, "100 20 3 1000 500 4 5 6 50 2", other="9999 0 0 0 0 0 0 0 0 0")
    assert busy_s(stat) == pytest.approx(len(OURS) * (100 + 20 + 3 + 4 + 5 + 6) / TICKS_A_SECOND)


def test_without_the_file_nothing_is_told(tmp_path: Path) -> None:
    assert busy_s(tmp_path / "stat") is None
    meter = Meter(tmp_path / "stat")
    time.sleep(0.25)
    assert meter.load() is None


def test_a_file_without_these_processors_tells_nothing(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  1 2 3 4 5 6 7 8 9 10\n", encoding="ascii")
    assert busy_s(stat) is None


def test_a_file_in_which_nothing_moves_tells_nothing(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    write(stat, "0 0 0 0 0 0 0 0 0 0")
    meter = Meter(stat)
    code = "import time\nwhile time.process_time() < 0.3: pass"
    several = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(8)]  # a good part of any machine's time
    assert [process.wait() for process in several] == [0] * 8
    assert meter.load() is None


def test_a_moment_tells_nothing() -> None:
    assert None in {Meter().load() for _ in range(100)}  # where others do not use the moment


def test_load_is_what_others_did_in_the_time(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    write(stat, "0 0 0 0 0 0 0 0 0 0")
    before = time.monotonic(), time.process_time()
    meter = Meter(stat)
    begun = time.monotonic(), time.process_time()
    burn(0.3)
    shortest, least = time.monotonic() - begun[0], time.process_time() - begun[1]
    ticks = round((1.5 * shortest + least) / len(OURS) * TICKS_A_SECOND)
    write(stat, f"{ticks} 0 0 700 900 0 0 0 0 0")
    load = meter.load()
    longest, most = time.monotonic() - before[0], time.process_time() - before[1]
    busy = ticks * len(OURS) / TICKS_A_SECOND
    assert load is not None
    assert (busy - most) / longest - 0.01 < load < (busy - least) / shortest + 0.01


def test_another_process_is_seen() -> None:
    code = "print(flush=True)\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        meter = Meter()
        try:
            eventually(lambda: (meter.load() or 0) > 0.4, "the other process is not seen")
        finally:
            other.kill()
