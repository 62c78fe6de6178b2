"""The process that ``bounded`` starts: limits itself, lays out one card, and says what became of it."""

from __future__ import annotations

import dataclasses
import json
import pickle
import signal
import sys
from types import FrameType

from cardgen.card.bounded import MEMORY_BYTES, REMEDY, TIME_S
from cardgen.card.user_template import lay_out, line_of_template
from cardgen.errors import Problem, TemplateProblemsError


def main() -> None:
    """Read a card, a template and its place from standard input; write JSON."""
    card, source, file = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - of the process that started this one
    _limit()
    try:
        answer: dict[str, object] = {"text": lay_out(card, source, file)}
    except TemplateProblemsError as error:
        answer = {"problems": [dataclasses.asdict(problem) for problem in error.problems]}
    except _OutOfTime as error:
        late = Problem(file, error.line, None, "", f"takes more than {TIME_S} s", REMEDY)
        answer = {"problems": [dataclasses.asdict(late)]}
    sys.stdout.write(json.dumps(answer))


def _limit() -> None:
    """Have the time run out as an error, which knows its line, and a second later for good."""
    if sys.platform == "win32":
        return
    import resource

    signal.signal(signal.SIGPROF, _late)
    signal.setitimer(signal.ITIMER_PROF, TIME_S)
    for what, most in (
        (resource.RLIMIT_CPU, TIME_S + 2),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


class _OutOfTime(BaseException):
    """The time has run out. No ``Exception``: Jinja looks into those, and cannot where one comes between lines."""

    def __init__(self, line: int | None) -> None:
        self.line = line


def _late(_number: int, frame: FrameType | None) -> None:
    line = None
    while frame is not None and line is None:
        line = line_of_template(frame)
        frame = frame.f_back
    raise _OutOfTime(line)
