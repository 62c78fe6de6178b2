"""Works on this machine: in forks of a worker for each environment, and in fresh processes where that may not be."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from pathlib import Path

from cardgen.backends.threads import SHARE
from cardgen.records.locked import locked
from cardgen.records.record import Failure
from cardgen.records.request import StepRequest
from cardgen.run.environments import lay_package, worker_environ
from cardgen.run.environments.managed import cache_folder
from cardgen.run.executors import Load, Work
from cardgen.run.workers.dispatch import needs_torch, trusts_remote_code
from cardgen.run.workers.fresh import FreshWorker
from cardgen.run.workers.libraries import libraries
from cardgen.run.workers.protocol import Failed, Finished, JobRequest, Log, Progress
from cardgen.run.workers.warm import CannotForkError, WarmWorker

_FRESH = ("snippet", "benchmark")
"""Steps that show that the printed code runs from nothing, and how fast a model alone is."""

_ROOM = 4
"""A model is read, and unpacked, and may meet its like in the step beside: so many times its size must be free."""
_LIBRARIES_BYTES = 3 * 2**30
"""Free memory beyond that, for libraries."""

_Key = tuple[Path, bool, bool]
"""Interpreter, whether the Hub is not to be asked, whether models run with PyTorch."""


class LocalExecutor:
    """Processes of this machine."""

    def __init__(self, place: Path, *, jobs: int = 1, isolated: bool = False) -> None:
        """Take a folder to keep workers in.

        Args:
            place: an empty folder, for as long as this is open.
            jobs: how many steps run at once, of which each is given its share of the processors.
            isolated: whether each step is given a process of its own, from nothing.
        """
        self._place = place
        self._jobs = jobs
        self._isolated = isolated or not _can_fork()
        self._package = lay_package(place / "path")
        self._with_torch: set[Path] = set()
        self._warm: dict[_Key, list[WarmWorker]] = {}
        self._idle: dict[_Key, list[WarmWorker]] = {}
        self._lock = threading.Lock()
        self._fresh: list[FreshWorker] = []
        self._unforkable: set[_Key] = set()
        self._started = 0
        self._stopped = threading.Event()

    def admits(self, step: Load, running: Sequence[Load]) -> bool:
        """As many as there are jobs, and one beside them that only runs a card's loading code, where memory allows.

        Importing, which takes most of the time of that, leaves a processor free; and nothing of it is measured. Nothing
        runs beside what is timed.
        """
        if not running:
            return True
        loads = [step, *running]
        kinds = [load.request.kind for load in loads]
        beside = 1 if "snippet" in kinds and (os.cpu_count() or 1) > 1 else 0
        if "benchmark" in kinds or len(kinds) > self._jobs + beside:
            return False
        return _spare_memory() > _ROOM * sum(load.bytes for load in loads) + _LIBRARIES_BYTES

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
        if self._jobs > 1 and job.request.kind not in _FRESH:
            environ[SHARE] = str(self._jobs)
        if not self._is_fresh(job.request):
            with_torch = work.python in self._with_torch or needs_torch(job.request)
            key = work.python, job.offline, with_torch
            if key not in self._unforkable:
                names = libraries(job.request, with_torch=with_torch)
                worker = self._take(key, environ)
                try:
                    return worker.run(job, names, work.scratch, hear, work.time_limit_s)
                except CannotForkError as error:
                    if not self._stopped.is_set():
                        self._unforkable.add(key)
                        hear(Log(message=f"a worker cannot be forked, so that steps take longer: {error}"))
                finally:
                    with self._lock:
                        self._idle[key].append(worker)
        if self._stopped.is_set():
            # Its worker was ended before it forked: to begin from nothing would keep an interrupted build waiting.
            return Failed(error=Failure(type="killed", message="the build was stopped before the step began"))
        timed = job.request.kind == "benchmark"
        return (self._time if timed else self._from_nothing)(work, environ, hear)

    def _time(self, work: Work, environ: dict[str, str], hear: Callable[[Progress | Log], None]) -> Finished | Failed:
        """Time a model while no other build on this machine times one: each would slow the other down."""
        path = cache_folder().parent / "timing.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with locked(path, lambda: hear(Log(message="another build times a model; waiting")), self._stopped):
                return self._from_nothing(work, environ, hear)
        except CancelledError:
            return Failed(error=Failure(type="killed", message="the build was stopped before the step began"))

    def _from_nothing(
        self, work: Work, environ: dict[str, str], hear: Callable[[Progress | Log], None]
    ) -> Finished | Failed:
        fresh = FreshWorker(work.python, environ)
        self._fresh.append(fresh)
        try:
            return fresh.run(work.job, work.scratch, hear, work.time_limit_s)
        finally:
            self._fresh.remove(fresh)

    def stop(self) -> None:
        """End every process at once."""
        self._stopped.set()
        with self._lock:
            warm = [worker for workers in self._warm.values() for worker in workers]
        for worker in warm:
            worker.stop()
        for fresh in tuple(self._fresh):
            fresh.stop()

    def close(self) -> None:
        """End the workers."""
        for workers in self._warm.values():
            for worker in workers:
                worker.close()
        self._warm.clear()
        self._idle.clear()

    def _is_fresh(self, request: JobRequest) -> bool:
        return self._isolated or request.kind in _FRESH or trusts_remote_code(request)

    def _take(self, key: _Key, environ: dict[str, str]) -> WarmWorker:
        """A worker that nobody else uses until it is among the idle ones again."""
        with self._lock:
            workers, idle = self._warm.setdefault(key, []), self._idle.setdefault(key, [])
            while idle:
                worker = idle.pop()
                if worker.alive:
                    return worker
                worker.close()
                workers.remove(worker)
            self._started += 1
            python, _offline, with_torch = key
            if not with_torch:
                environ = {**environ, "USE_TORCH": "0"}
            worker = WarmWorker(python, environ, self._place / f"worker-{self._started}")
            workers.append(worker)
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
