"""Where steps are worked on: on this machine (``local``), so far.

An executor does the work of a step and says what came of it; locks, records and artifacts are the scheduler's. A new
one is a file of the shape of :class:`Executor`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from cardgen.records.request import StepRequest
from cardgen.run.workers.protocol import Failed, Finished, Job, Log, Progress


@dataclass(frozen=True)
class Work:
    """A step's job, and what it is done with."""

    python: Path
    """Interpreter of an environment that can do it."""
    job: Job
    scratch: Path
    """A folder of its own, on the store's file system."""
    time_limit_s: float


class Load(NamedTuple):
    """What a step weighs on a machine."""

    request: StepRequest
    """What it is asked for."""
    bytes: int
    """How large what it reads is: what other steps made, and local files."""


class Executor(Protocol):
    """Does the work of steps. Several threads may call it, for as many steps as it admits."""

    def admits(self, step: Load, running: Sequence[Load]) -> bool:
        """Whether a step can begin beside those that run; where none does, any can."""

    def expect(self, python: Path, requests: Sequence[StepRequest]) -> None:
        """Learn what is going to be asked for, so that what several steps share can be made ready once."""

    def run(self, work: Work, hear: Callable[[Progress | Log], None]) -> Finished | Failed:
        """Do the work and wait for its end; ``hear`` is called with each event but the last."""

    def stop(self) -> None:
        """End at once all that runs; what waits for it hears of a worker that was killed."""

    def close(self) -> None:
        """Let go of all that was kept for further steps."""
