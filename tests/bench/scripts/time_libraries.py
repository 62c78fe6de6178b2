"""Times a worker's imports, and what its children do of a request: the ``sitecustomize`` of its interpreter.

A line of JSON for each goes to the file that ``CARDGEN_BENCH_TIMES`` names.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any


def timed(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which writes when it started and ended, in seconds of a clock that all processes share."""

    def run(*arguments: Any) -> Any:
        started = time.monotonic()
        try:
            return function(*arguments)
        finally:
            entry = {"what": what, "forked": forked, "started": started, "ended": time.monotonic()}
            file = os.open(os.environ["CARDGEN_BENCH_TIMES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            os.write(file, json.dumps(entry).encode() + b"\n")
            os.close(file)

    return run


# Not in the interpreters that a worker starts, for printed code: what they do is the worker's work.
if any(argument.startswith("cardgen.run.workers.") for argument in sys.orig_argv):
    from cardgen.run.workers import dispatch, libraries

    forked = "cardgen.run.workers.server" in sys.orig_argv
    dispatch.dispatch = timed("work", dispatch.dispatch)
    libraries.import_libraries = timed("imports", libraries.import_libraries)
