"""One run of a Python module, pip or venv, as a child that cannot outlive cardgen."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cardgen.run.environments.launch import python_environ

# The child's standard input is a pipe that cardgen holds open and never writes to. When cardgen is gone, however
# abruptly, the pipe ends and so does the child's whole process group: it cannot go on to write into a folder that the
# next run has begun anew.
_WATCHED = """\
import os, runpy, signal, sys, threading
def watch():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=watch, daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""

_IDLE_S = 0.3


class Stop(Exception):  # noqa: N818 -- a signal, not an error
    """Raised by a listener to end the run at once."""


def pip_environ(inherited: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Environment of pip: the user's configuration of it, less what would install elsewhere or hide its output."""
    elsewhere = {
        "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REPORT", "PIP_DRY_RUN", "PIP_LOG", "PIP_NO_DEPS",
    }  # fmt: skip
    kept = {name: value for name, value in python_environ(inherited).items() if name not in elsewhere}
    return kept | {
        # Set, not dropped: a variable overrides the same setting in a configuration file.
        "PIP_USER": "0",
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_QUIET": "0",
        "PIP_VERBOSE": "0",
        "PIP_NO_INPUT": "1",
        "PIP_NO_COLOR": "1",
        "PIP_PROGRESS_BAR": "off",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONUNBUFFERED": "1",
        # Wheels are unpacked beside the environment, and go with it if cardgen is killed.
        "TMPDIR": str(scratch),
    }


def run_module(
    python: Path,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    log: Path,
    on_line: Callable[[str], None] = lambda _: None,
    on_idle: Callable[[], None] = lambda: None,
) -> int:
    """Run ``python -m`` with ``arguments``, and hear what it prints.

    Args:
        python: the interpreter.
        arguments: the module and its arguments.
        environ: the child's whole environment.
        log: file that the output is appended to.
        on_line: called with each line of output. May raise, which ends the child.
        on_idle: called now and then while nothing is printed.

    Returns:
        The exit status. When this function leaves by an exception, Ctrl-C included, the child's process group has
        been ended.
    """
    process = subprocess.Popen(
        [str(python), "-c", _WATCHED, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environ),
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    try:
        with log.open("a", encoding="utf-8") as kept:
            while True:
                try:
                    line = lines.get(timeout=_IDLE_S)
                except queue.Empty:
                    on_idle()
                    continue
                if line is None:
                    break
                kept.write(line)
                kept.flush()
                on_line(line.rstrip("\n"))
        return process.wait()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        reader.join()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def _read(process: subprocess.Popen[str], lines: queue.SimpleQueue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)
