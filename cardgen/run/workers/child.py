"""Does one job in this process: ``python -P -m cardgen.run.workers.child --events-fd N``, or in a fork of ``server``.

A job (``protocol.Job``, one line of JSON) comes on standard input; events (JSON lines) go to the given file descriptor
and nowhere else. What libraries print goes to standard output and error as it is. Standard input stays open for as long
as the parent lives: at its end the worker ends its own process group at once. The exit status is 0 whether the step
succeeded or failed; a crash shows as an end of the events without a last one.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from cardgen.errors import StepError
from cardgen.run.hardware import describe_hardware
from cardgen.run.made import Made
from cardgen.run.quiet import OFFLINE, QUIET
from cardgen.run.workers.dispatch import dispatch
from cardgen.run.workers.failures import describe_failure
from cardgen.run.workers.pipe import EventPipe
from cardgen.run.workers.protocol import Failed, Finished, Job


def main(arguments: Sequence[str] | None = None) -> None:
    """Do the job on standard input."""
    parser = argparse.ArgumentParser(description="Run one cardgen step; started by cardgen itself.")
    parser.add_argument("--events-fd", type=int, required=True)
    pipe = EventPipe(parser.parse_args(arguments).events_fd)
    job = Job.model_validate_json(_read_line())
    end_with(0)
    _prepare(job)
    do(job, pipe)


def do(job: Job, pipe: EventPipe) -> None:
    """Do a job in the working folder, and tell what came of it."""
    event: Finished | Failed
    try:
        # Before the work: a package that is missing should not cost it.
        versions = {name: _version(name) for name in job.packages}
        also: list[Made] = []
        result = dispatch(job, pipe, also.append)
        event = Finished(result=result, also=tuple(also), versions=versions, hardware=describe_hardware())
    except Exception as error:  # noqa: BLE001 - whatever a library raises is the step's failure, told to the parent
        event = Failed(error=describe_failure(error, job))
    pipe.send(event)


def end_with(descriptor: int) -> None:
    """End this process and those that it starts as soon as ``descriptor``, which nobody writes to, is at its end."""
    threading.Thread(target=_end_at_end, args=(descriptor,), daemon=True).start()


def _prepare(job: Job) -> None:
    """Set what libraries read from the environment when they are imported, whoever started this process."""
    settings = {"TOKENIZERS_PARALLELISM": "false", **QUIET}
    if job.offline:
        settings |= dict.fromkeys(OFFLINE, "1")
    # The scratch folder: two workers would else write a model's own code into the user's cache at once.
    os.environ |= settings | {"HF_MODULES_CACHE": str(Path.cwd() / "hf_modules")}


def _version(package: str) -> str:
    """Without the local part: ``2.13.0`` for ``2.13.0+cpu``, which names a build and not a version."""
    try:
        return importlib.metadata.version(package).partition("+")[0]
    except importlib.metadata.PackageNotFoundError as error:
        raise StepError(
            f"The package `{package}` is not installed in the environment.", remedy="Make the environment anew."
        ) from error


def _read_line() -> bytes:
    """The first line of standard input, read without a buffer: the watchdog reads the rest."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return bytes(line)


def _end_at_end(descriptor: int) -> None:
    while os.read(descriptor, 4096):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)  # by hand it may run in a group that is not its own


if __name__ == "__main__":
    main()
