"""How a long run tells of itself: bars on a terminal, plain lines elsewhere, nothing when asked to be quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress


class Reporter(Protocol):
    """Hears what a run does. The library never prints; this is how it speaks."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """A step, or the making of an environment, from its start to its end."""

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """How far a stage of the running step has come; ``total`` is ``None`` where it is not known."""

    def log(self, message: str) -> None:
        """A line for people."""


class Silent:
    """Says nothing."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Nothing."""
        yield

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Nothing."""

    def log(self, message: str) -> None:
        """Nothing."""


class Lines:
    """One line as a step starts, one as each of its stages does, one as it ends."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._name = ""
        self._stage = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Say that it starts, and how long it took or that it stopped."""
        self._name, self._stage = name, ""
        self.log(f"{name} ...")
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self.log(f"{name}: stopped after {time.monotonic() - started:.1f} s")
            raise
        self.log(f"{name}: {time.monotonic() - started:.1f} s")

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Say that a stage starts; how far it is would fill a log."""
        if stage != self._stage:
            self._stage = stage
            self.log(f"{self._name}: {stage}" + (f" ({total})" if total else ""))

    def log(self, message: str) -> None:
        """Write the line."""
        self._stream.write(message + "\n")
        self._stream.flush()


class Bars:
    """A live bar for the running step."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._name = ""
        self._bar: RichProgress | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show a bar while it goes on, and leave one line when it ends."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._name = name
        started = time.monotonic()
        with Progress(*columns, console=self._console, transient=True) as bar:
            self._bar, self._task = bar, bar.add_task(name, total=None)
            try:
                yield
            finally:
                self._bar = None
        self.log(f"{name}: {time.monotonic() - started:.1f} s")

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update(self._task, description=f"{self._name}: {stage}", completed=done, total=total)

    def log(self, message: str) -> None:
        """Write a line above the bar."""
        self._console.print(message, markup=False, soft_wrap=True)


def reporter(*, quiet: bool) -> Reporter:
    """The reporter that fits standard error."""
    if quiet:
        return Silent()
    return Bars() if sys.stderr.isatty() else Lines(sys.stderr)
