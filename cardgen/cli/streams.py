"""Standard output and error: they may be full or gone, or lack characters."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

from cardgen.errors import OutputError


class _Output(io.TextIOWrapper):
    """Standard output whose faults are told from those of other files."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise _told(error) from error

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            raise _told(error) from error


def take_streams() -> None:
    """Have what an encoding lacks written as an escape, and what cannot be written told as :class:`OutputError`."""
    if type(sys.stdout) is io.TextIOWrapper:
        buffer, encoding, line_buffering = sys.stdout.buffer, sys.stdout.encoding, sys.stdout.line_buffering
        sys.stdout = _Output(buffer, encoding, "backslashreplace", line_buffering=line_buffering)


def let_go(stream: TextIO) -> None:
    """Lead a stream that cannot be written nowhere, so that Python does not try that again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _told(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    remedy = "What was to be done is done; lead the output to another place to see what it says."
    return OutputError(f"standard output cannot be written: {error.strerror}", remedy=remedy)
