"""One job in one worker: a child process in a backend's environment, which may crash, hang or be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError

from cardgen.records.record import Failure
from cardgen.run.environments import worker_path
from cardgen.run.protocol import EVENT, Failed, Finished, Job, Log, Progress

LOG_TAIL_BYTES = 4000
"""How much of a dead worker's output a failure carries."""


def run_job(
    python: Path,
    job: Job,
    environ: Mapping[str, str],
    scratch: Path,
    on_event: Callable[[Progress | Log], None],
    time_limit_s: float,
) -> Finished | Failed:
    """Run ``job`` with the interpreter ``python`` and wait for its end.

    Args:
        python: interpreter of an environment that can run the job.
        job: what to do.
        environ: the worker's whole environment, without ``PYTHONPATH``.
        scratch: an empty folder that the worker runs in; libraries write there what they please.
        on_event: called with each event but the last.
        time_limit_s: seconds after which the worker's process group is ended.

    Returns:
        The worker's last event; a worker that dies without one is a :class:`Failed` that says how.
    """
    log_path = scratch / "worker.log"
    workplace = scratch / "work"
    workplace.mkdir()
    ooms_before = _out_of_memory_kills()
    read_end, write_end = os.pipe()
    with worker_path() as package_path, log_path.open("wb") as log:
        process = subprocess.Popen(
            [str(python), "-P", "-m", "cardgen.run.worker", "--events-fd", str(write_end)],
            stdin=subprocess.PIPE,  # kept open: its end tells the worker that this process is gone
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=workplace,
            env={**environ, "PYTHONPATH": str(package_path)},
            pass_fds=(write_end,),
            start_new_session=True,
        )
        os.close(write_end)
        timed_out = threading.Event()

        def stop_late_worker() -> None:
            timed_out.set()
            _end_group(process)

        timer = threading.Timer(time_limit_s, stop_late_worker)
        timer.daemon = True
        timer.start()
        try:
            last = _converse(process, job, read_end, on_event)
            process.wait()
        finally:
            timer.cancel()
            _end_group(process)
            process.wait()
            if process.stdin:
                process.stdin.close()
    if last is not None:
        return last
    if timed_out.is_set():
        return Failed(error=_timeout(time_limit_s, log_path))
    return Failed(error=_death(process.returncode, _out_of_memory_kills() - ooms_before, log_path))


def _converse(
    process: subprocess.Popen[bytes], job: Job, read_end: int, on_event: Callable[[Progress | Log], None]
) -> Finished | Failed | None:
    """Send the job, hear the events, and return the last; ``None`` where the worker falls silent before it."""
    with os.fdopen(read_end, "rb") as events:
        try:
            assert process.stdin is not None
            process.stdin.write(job.model_dump_json().encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            return None
        for line in events:
            try:
                event = EVENT.validate_json(line)
            except ValidationError:
                return None  # cut short by the worker's death
            if isinstance(event, Finished | Failed):
                return event
            on_event(event)
    return None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the worker and whatever it started; a group that has ended already is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _out_of_memory_kills() -> int:
    """How many processes the kernel has killed for want of memory, on Linux; elsewhere 0."""
    try:
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def _timeout(limit_s: float, log_path: Path) -> Failure:
    message = f"the step took longer than its limit of {limit_s:.0f} s and was ended"
    return Failure(type="timeout", message=message, remedy="Raise the limit with --time-limit.", detail=_tail(log_path))


def _death(returncode: int, out_of_memory_kills: int, log_path: Path) -> Failure:
    if out_of_memory_kills > 0:
        message = "the worker was killed because the machine ran out of memory"
        remedy = "Use a machine with more memory, a smaller batch_size, or fewer builds at once."
        return Failure(type="out-of-memory", message=message, remedy=remedy, detail=_tail(log_path))
    if returncode < 0:
        name = signal.Signals(-returncode).name
        message = f"the worker was killed by {name} before it finished"
        return Failure(type="killed", message=message, remedy="Run the build again.", detail=_tail(log_path))
    message = f"the worker ended with status {returncode} before it finished"
    return Failure(type="crashed", message=message, remedy="", detail=_tail(log_path))


def _tail(log_path: Path) -> str:
    """The end of what the worker printed, without this machine's paths."""
    text = log_path.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace")
    return text.replace(str(log_path.parent), "<scratch>").replace(str(Path.home()), "~")
