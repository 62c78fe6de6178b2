"""How a long run tells of itself: bars on a terminal, plain lines elsewhere, nothing when asked to be quiet."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


Report = Callable[[str, int, int | None], None]
"""Told how far a stage of a step has come: (stage, done, total); the total is ``None`` where it is not known."""


class Reporter(Protocol):
    """Hears what a run does, from any of its threads. The library never prints; this is how it speaks."""

    def step(self, name: str) -> AbstractContextManager[Report]:
        """A step, the making of an environment or a download, from its start to its end."""

    def stands(self, done: int, total: int, seconds_left: float | None) -> None:
        """How many steps of a plan are done, and how long the others will take, where that can be told."""

    def log(self, message: str) -> None:
        """A line for people."""


class Silent:
    """Says nothing."""

    @contextmanager
    def step(self, name: str) -> Iterator[Report]:
        """Nothing."""
        yield lambda _stage, _done, _total: None

    def stands(self, done: int, total: int, seconds_left: float | None) -> None:
        """Nothing."""

    def log(self, message: str) -> None:
        """Nothing."""


class Lines:
    """One line as a step starts, one as each of its stages does, one as it ends."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stand = ""

    @contextmanager
    def step(self, name: str) -> Iterator[Report]:
        """Say that it starts, and how long it took or that it stopped."""
        last = ""

        def report(stage: str, _done: int, total: int | None) -> None:
            """Say that a stage starts; how far it is would fill a log."""
            nonlocal last
            if stage != last:
                last = stage
                self.log(f"{name}: {stage}" + (f" ({total})" if total else ""))

        self.log(f"{name} ..." + (f" ({self._stand})" if self._stand else ""))
        started = time.monotonic()
        try:
            yield report
        except BaseException:
            self.log(f"{name}: stopped after {time.monotonic() - started:.1f} s")
            raise
        self.log(f"{name}: {time.monotonic() - started:.1f} s")

    def stands(self, done: int, total: int, seconds_left: float | None) -> None:
        """Remember it for the line of the next step."""
        self._stand = "" if done == total else standing(done, total, seconds_left)

    def log(self, message: str) -> None:
        """Write the line."""
        with suppress(OSError):  # it is full or gone: that nobody can be told is no reason to stop
            self._stream.write(message + "\n")
            self._stream.flush()


class Bars:
    """A live bar for each running step, below one for the whole plan."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._lock = threading.Lock()
        self._shown: RichProgress | None = None
        self._running = 0
        self._stand = (0, 0, "")
        self._plan: TaskID | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[Report]:
        """Show a bar while it goes on, and leave one line when it ends."""
        started = time.monotonic()
        shown = self._enter()
        task = shown.add_task(name, total=None)

        def report(stage: str, done: int, total: int | None) -> None:
            shown.update(task, description=f"{name}: {stage}", completed=done, total=total)

        try:
            yield report
        finally:
            shown.remove_task(task)
            self._leave()
        self.log(f"{name}: {time.monotonic() - started:.1f} s")

    def stands(self, done: int, total: int, seconds_left: float | None) -> None:
        """Show it in the bar of the plan, which comes and goes with those of steps."""
        with self._lock:
            self._stand = done, total, standing(done, total, seconds_left)
            if self._shown is not None and self._plan is not None:
                self._shown.update(self._plan, description=self._stand[2], completed=done)

    def log(self, message: str) -> None:
        """Write a line above the bars."""
        self._console.print(message, markup=False, soft_wrap=True)

    def _enter(self) -> RichProgress:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        with self._lock:
            self._running += 1
            if self._shown is None:
                columns = (
                    SpinnerColumn(),
                    TextColumn("{task.description}", markup=False),
                    BarColumn(bar_width=30),
                    MofNCompleteColumn(),
                    TimeElapsedColumn(),
                )
                self._shown = Progress(*columns, console=self._console, transient=True)
                done, total, text = self._stand
                self._plan = self._shown.add_task(text, completed=done, total=total) if done < total else None
                self._shown.start()
            return self._shown

    def _leave(self) -> None:
        with self._lock:
            self._running -= 1
            if self._running == 0 and self._shown is not None:
                self._shown.stop()
                self._shown = None


def standing(done: int, total: int, seconds_left: float | None) -> str:
    """``3 of 14 steps done, 11 left, about 40 s``."""
    text = f"{done} of {total} steps done, {total - done} left"
    return text if seconds_left is None else f"{text}, about {rough_duration(seconds_left)}"


def rough_duration(seconds: float) -> str:
    """Roughly: ``40 s``, ``3 min``, ``2 h 10 min``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def reporter(*, quiet: bool) -> Reporter:
    """The reporter that fits standard error."""
    if quiet or sys.stderr is None:  # closed by who started this
        return Silent()
    return Bars() if sys.stderr.isatty() else Lines(sys.stderr)
