"""Works on this machine: in forks of a worker for each environment, and in fresh processes where that may not be."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from cardgen.records.record import Failure
from cardgen.records.request import StepRequest
from cardgen.run.environments import lay_package, worker_environ
from cardgen.run.executors import Work
from cardgen.run.workers.dispatch import needs_torch, trusts_remote_code
from cardgen.run.workers.fresh import FreshWorker
from cardgen.run.workers.libraries import libraries
from cardgen.run.workers.protocol import Failed, Finished, JobRequest, Log, Progress
from cardgen.run.workers.warm import CannotForkError, WarmWorker

_FRESH = ("snippet", "benchmark")
"""Steps that show that the printed code runs from nothing, and how fast a model alone is."""

_AT_ONCE = 2
_ROOM = 4
"""A model is read, and unpacked, and may meet its like in the step beside: so many times its size must be free."""
_LIBRARIES_BYTES = 3 * 2**30
"""Free memory beyond that, for libraries."""

_Key = tuple[Path, bool, bool]
"""Interpreter, whether the Hub is not to be asked, whether models run with PyTorch."""


class LocalExecutor:
    """Processes of this machine."""

    def __init__(self, place: Path, *, isolated: bool = False) -> None:
        """Take a folder to keep workers in.

        Args:
            place: an empty folder, for as long as this is open.
            isolated: whether each step is given a process of its own, from nothing.
        """
        self._place = place
        self._isolated = isolated or not _can_fork()
        self._package = lay_package(place / "path")
        self._with_torch: set[Path] = set()
        self._warm: dict[_Key, WarmWorker] = {}
        self._fresh: list[FreshWorker] = []
        self._unforkable: set[_Key] = set()
        self._started = 0
        self._stopped = threading.Event()

    def admits(self, request: StepRequest, artifact_bytes: int, running: Sequence[StepRequest]) -> bool:
        """One step at a time, and one beside it that only runs a card's loading code, where memory allows.

        Importing, which takes most of the time of that, leaves a processor free; and nothing of it is measured. Nothing
        runs beside what is timed.
        """
        if not running:
            return True
        kinds = [request.kind, *(other.kind for other in running)]
        if len(kinds) > _AT_ONCE or "benchmark" in kinds or "snippet" not in kinds:
            return False
        return (os.cpu_count() or 1) > 1 and _spare_memory() > _ROOM * artifact_bytes + _LIBRARIES_BYTES

    def expect(self, python: Path, requests: Sequence[StepRequest]) -> None:
        """Learn whether any of the steps that an environment is to run in forks takes PyTorch."""
        if any(needs_torch(request) for request in requests if not self._is_fresh(request)):
            self._with_torch.add(python)

    def run(self, work: Work, hear: Callable[[Progress | Log], None]) -> Finished | Failed:
        """Do the work in a fork, or in a fresh process."""
        job = work.job
        environ = {
            **worker_environ(offline=job.offline, needs_token=not job.offline),
            "PYTHONPATH": str(self._package),
        }
        if not self._is_fresh(job.request):
            with_torch = work.python in self._with_torch or needs_torch(job.request)
            key = work.python, job.offline, with_torch
            if key not in self._unforkable:
                names = libraries(job.request, with_torch=with_torch)
                try:
                    worker = self._worker(key, environ)
                    return worker.run(job, names, work.scratch, hear, work.time_limit_s)
                except CannotForkError as error:
                    if not self._stopped.is_set():
                        self._unforkable.add(key)
                        hear(Log(message=f"a worker cannot be forked, so that steps take longer: {error}"))
        if self._stopped.is_set():
            # Its worker was ended before it forked: to begin from nothing would keep an interrupted build waiting.
            return Failed(error=Failure(type="killed", message="the build was stopped before the step began"))
        fresh = FreshWorker(work.python, environ)
        self._fresh.append(fresh)
        try:
            return fresh.run(job, work.scratch, hear, work.time_limit_s)
        finally:
            self._fresh.remove(fresh)

    def stop(self) -> None:
        """End every process at once."""
        self._stopped.set()
        for worker in self._warm.values():
            worker.stop()
        for fresh in self._fresh:
            fresh.stop()

    def close(self) -> None:
        """End the workers."""
        for worker in self._warm.values():
            worker.close()
        self._warm.clear()

    def _is_fresh(self, request: JobRequest) -> bool:
        return self._isolated or request.kind in _FRESH or trusts_remote_code(request)

    def _worker(self, key: _Key, environ: dict[str, str]) -> WarmWorker:
        worker = self._warm.get(key)
        if worker is None or not worker.alive:
            if worker is not None:
                worker.close()
            self._started += 1
            python, _offline, with_torch = key
            if not with_torch:
                environ = {**environ, "USE_TORCH": "0"}
            worker = self._warm[key] = WarmWorker(python, environ, self._place / f"worker-{self._started}")
        return worker


def _spare_memory() -> int:
    """Bytes that could be had without swapping, on Linux; elsewhere 0, since nobody tells."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _can_fork() -> bool:
    """Not on macOS, whose own libraries do not survive a fork."""
    return hasattr(os, "fork") and hasattr(os, "waitid") and sys.platform != "darwin"
