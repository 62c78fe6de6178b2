"""How a worker speaks: events as JSON lines on a pipe of their own, never mixed with what libraries print."""

from __future__ import annotations

import os
import threading
import time

from cardgen.run.workers.protocol import Failed, Finished, Log, Progress

_PROGRESS_S = 0.1
"""Shortest time between two events of progress in one stage."""


class EventPipe:
    """Writes events to the parent."""

    def __init__(self, descriptor: int) -> None:
        """Take over the file descriptor ``descriptor``."""
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._stage = ""
        self._sent = 0.0

    def send(self, event: Progress | Log | Finished | Failed) -> None:
        """Write one line."""
        line = (event.model_dump_json() + "\n").encode()
        with self._lock:
            while line:
                line = line[os.write(self._descriptor, line) :]

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Tell how far a stage has come; the first and last step of it always, those between not too often."""
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._sent < _PROGRESS_S:
            return
        self._stage, self._sent = stage, now
        self.send(Progress(stage=stage, done=done, total=total))
