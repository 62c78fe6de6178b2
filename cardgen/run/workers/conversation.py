"""What the core hears of a job, and what it makes of a worker that ends without a word."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from cardgen.records.record import Failure
from cardgen.run.workers.protocol import EVENT, Failed, Finished, Log, Progress

LOG_TAIL_BYTES = 4000
"""How much of a dead worker's output a failure carries."""

Hear = Callable[[Progress | Log], None]


def listen(descriptor: int, hear: Hear) -> Finished | Failed | None:
    """Hear the events of a job to the end of the pipe ``descriptor``, which is closed then.

    Returns:
        The last event; ``None`` where the worker falls silent before it.
    """
    with os.fdopen(descriptor, "rb") as events:
        for line in events:
            try:
                event = EVENT.validate_json(line)
            except ValidationError:
                return None  # cut short by the worker's death
            if isinstance(event, Finished | Failed):
                return event
            hear(event)
    return None


@contextmanager
def time_limit(seconds: float, end: Callable[[], None]) -> Iterator[threading.Event]:
    """Call ``end`` after ``seconds``, unless the block is left before; the event tells whether it was."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        end()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def end_group(group: int) -> None:
    """End every process of a group; one that has ended already is no error."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def out_of_memory_kills() -> int:
    """How many processes the kernel has killed for want of memory, on Linux; elsewhere 0."""
    try:
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def timeout(limit_s: float, log: Path) -> Failure:
    """The failure of a step that took too long."""
    message = f"the step took longer than its limit of {limit_s:.0f} s and was ended"
    return Failure(type="timeout", message=message, remedy="Raise the limit with --time-limit.", detail=_tail(log))


def death(status: int, out_of_memory: int, log: Path) -> Failure:
    """The failure of a step whose worker died.

    Args:
        status: the worker's exit status; less than 0 for the signal that ended it.
        out_of_memory: how many processes the kernel killed for want of memory while it ran.
        log: what it printed.
    """
    if out_of_memory > 0:
        message = "the worker was killed because the machine ran out of memory"
        remedy = "Use a machine with more memory, a smaller batch_size, or fewer builds at once."
        return Failure(type="out-of-memory", message=message, remedy=remedy, detail=_tail(log))
    if status < 0:
        name = signal.Signals(-status).name
        message = f"the worker was killed by {name} before it finished"
        return Failure(type="killed", message=message, remedy="Run the build again.", detail=_tail(log))
    message = f"the worker ended with status {status} before it finished"
    return Failure(type="crashed", message=message, remedy="", detail=_tail(log))


def _tail(log: Path) -> str:
    """The end of what the worker printed, without this machine's paths."""
    if not log.exists():
        return ""
    text = log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace")
    return text.replace(str(log.parent), "<scratch>").replace(str(Path.home()), "~")
