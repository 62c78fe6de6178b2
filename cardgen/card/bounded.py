"""A user's template in a process of its own, with a bound on its time and memory."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

from cardgen.card.model import Card
from cardgen.errors import Problem, TemplateProblemsError

TIME_S = 10
"""Seconds of processor time; a card takes hundredths of one."""
MEMORY_BYTES = 1 << 30
"""Of addresses, the interpreter's own and its libraries' among them."""
_PATIENCE_S = 120
"""Seconds by the clock, on however busy a machine, and where a process cannot be limited."""
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from cardgen.card.bounded_child import main; main()"
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
"""What an interpreter may need of the environment. Nothing else is a template's."""
REMEDY = "a template only lays out what a card holds: look for a loop over too much"


def render_with(card: Card, source: str, file: str) -> str:
    """Lay out ``card`` by a user's own template: it can read the card's fields, and nothing else.

    Args:
        card: what to say.
        source: the template's text; it may include cardgen's own ``sections/``.
        file: its place, for messages.

    Raises:
        TemplateProblemsError: where it is no template, names what a card does not have, does not end, or makes more
            than a card can be; with its line where that is known.
    """
    package = Path(__file__).resolve().parents[2]
    try:
        child = subprocess.run(
            # What is pickled is our own, and read by our own child.
            [sys.executable, "-P", "-c", _CHILD, str(package)],
            input=pickle.dumps((card, source, file)),
            capture_output=True,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _problem(file, None, f"has not ended in {_PATIENCE_S} s") from error
    if child.returncode < 0:
        raise _problem(file, None, f"takes more than {TIME_S} s, or too much memory")
    if child.returncode != 0:
        raise RuntimeError(child.stderr.decode(errors="replace"))
    answer = json.loads(child.stdout)
    if "text" in answer:
        return str(answer["text"])
    raise TemplateProblemsError(tuple(Problem(**problem) for problem in answer["problems"]))


def _problem(file: str, line: int | None, message: str) -> TemplateProblemsError:
    return TemplateProblemsError((Problem(file, line, None, "", message, REMEDY),))
