"""A worker that has its libraries imported already: forks a child for each job, which runs the true worker's `main`.

Importing takes most of the time of a tiny job. Reads requests from standard input, a JSON object a line: ``cwd``, and
either ``job`` (the line that a worker reads) and ``events`` (a file for the events), or ``script`` and ``arguments``.
Answers each with the child's exit status. What a child prints goes to ``stdout`` and ``stderr`` in ``cwd``.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
import traceback
from typing import Any

from cardgen.run import worker


def run_child(request: dict[str, Any]) -> None:
    """Become the worker of one job, or run one script."""
    os.setsid()
    os.chdir(request["cwd"])
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    if "script" in request:
        sys.argv = [request["script"], *request["arguments"]]
        runpy.run_path(request["script"], run_name="__main__")
        return
    job, keep_open = os.pipe()
    os.dup2(job, 0)
    os.write(keep_open, request["job"].encode() + b"\n")
    events = os.open(request["events"], os.O_WRONLY | os.O_CREAT)
    worker.main(["--events-fd", str(events)])


def main() -> None:
    """Import what the arguments name, then serve."""
    for module in sys.argv[1:]:
        importlib.import_module(module)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                run_child(json.loads(line))
                status = 0
            except BaseException:  # noqa: BLE001 - told to whoever reads the child's output
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _pid, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


if __name__ == "__main__":
    main()
