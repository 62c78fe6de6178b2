"""Processes, with what they took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardgen.run.environments import worker_environ, worker_path

ROOT = Path(__file__).parents[2]
CARDGEN = str(Path(sys.executable).with_name("cardgen"))
_SCRIPTS = Path(__file__).parent / "scripts"


@dataclass(frozen=True)
class Ended:
    """A process that came to its end, or was stopped."""

    seconds: float
    processor_s: float
    """Of it and all its descendants, on all processors."""
    memory: int
    """The most that was resident, in bytes."""
    said: tuple[Any, ...]
    """The JSON in each line of JSON that it printed."""
    stopped: bool
    """Whether it was ended by its time limit."""


def run_process(
    command: Sequence[str], folder: Path = ROOT, environ: Mapping[str, str] | None = None, code: int = 0
) -> Ended:
    """Run one process to its end.

    Raises:
        SystemExit: if its exit code is not ``code``.
    """
    return _run(command, folder, environ, b"", None, code)


def run_program(program: str) -> tuple[Any, int]:
    """The JSON that a Python program prints last, run in this interpreter, and its peak memory in bytes."""
    ended = _run([sys.executable, "-c", program], ROOT, None, b"", None)
    return ended.said[-1], ended.memory


def run_script(python: Path, script: str, *arguments: object, limit_s: float | None = None) -> Ended:
    """Run one of ``scripts/`` as a worker is run: in a backend environment, with the same settings, in an empty folder.

    Raises:
        SystemExit: if it fails.
    """
    environ = worker_environ(offline=True, needs_token=False)
    with worker_path() as packages, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        environ |= {"PYTHONPATH": str(packages), "HF_MODULES_CACHE": f"{folder}/hf_modules"}
        command = [str(python), "-P", str(_SCRIPTS / f"{script}.py"), *map(str, arguments)]
        return _run(command, Path(folder), environ, b"", limit_s)


def run_module(module: str, line: bytes) -> Ended:
    """Run a module of ours in this interpreter, with ``line`` on its standard input.

    Raises:
        SystemExit: if it fails.
    """
    return _run([sys.executable, "-m", module], ROOT, None, line, None)


def _run(
    command: Sequence[str],
    folder: Path,
    environ: Mapping[str, str] | None,
    line: bytes,
    limit_s: float | None,
    code: int = 0,
) -> Ended:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as given:
        given.write(line)
        given.seek(0)
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environ, stdin=given, stdout=output, stderr=errors, start_new_session=True
        )
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            process.kill()

        timer = threading.Timer(limit_s or threading.TIMEOUT_MAX, stop)
        timer.daemon = True
        timer.start()
        _pid, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != code and not stopped.is_set():
            tail = b"\n".join(stream.read()[-2000:] for stream in (output, errors)).decode(errors="replace")
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}\n{tail}")
        said = tuple(json.loads(text) for text in output.read().splitlines() if _is_json(text))
    return Ended(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, said, stopped.is_set())


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
