"""What a build takes outside its libraries' own work.

That work is the import of libraries, and what a child does as its request asks (``dispatch``: load a model, quantize
it, answer, score). What is left of the command's wall time is cardgen's: its start, the plan, hashes, locks, forks, the
children's beginning and end, records, artifacts, evidence, the card.
"""

from __future__ import annotations

import os
import statistics
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from tests.bench.builds import Build, run_build
from tests.bench.earlier import NAME
from tests.bench.processes import ROOT
from tests.bench.table import Row, duration

MOST_S = 0.1
"""The aim, for a step of a second."""


class _Entry(BaseModel):
    """A line that ``scripts/time_libraries.py`` writes."""

    what: str
    forked: bool
    started: float
    ended: float


_ENTRY = TypeAdapter(_Entry)


@dataclass(frozen=True)
class Timed:
    """A build in which steps ran one at a time."""

    build: Build
    libraries_s: float
    between: tuple[float, ...]
    """Seconds from the end of a step's work to the beginning of the next one's, of those that are forked."""

    @property
    def outside_s(self) -> float:
        """What is cardgen's, in all."""
        return self.build.seconds - self.libraries_s


def time_build(project: Path, *arguments: str) -> Timed:
    """Run ``cardgen ARGUMENT...``, which builds the one card of a project.

    Raises:
        SystemExit: where it fails, or not every step was timed.
    """
    times = ROOT / "build" / "bench-times.jsonl"
    times.unlink(missing_ok=True)
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "CARDGEN_BENCH_TIMES": str(times)}
    built = run_build([sys.executable, "-m", "tests.bench.timed", *arguments], project, environ)
    entries = [_ENTRY.validate_json(line) for line in times.read_bytes().splitlines()]
    entries.sort(key=lambda entry: entry.started)
    work = [entry for entry in entries if entry.what == "work"]
    if len(work) != sum(built.steps.values()):
        raise SystemExit(f"of {sum(built.steps.values())} steps {len(work)} were timed")

    def between(one: _Entry, other: _Entry) -> float:
        imports = [entry for entry in entries if one.ended <= entry.started and entry.ended <= other.started]
        return other.started - one.ended - sum(entry.ended - entry.started for entry in imports)

    return Timed(
        build=built,
        libraries_s=sum(entry.ended - entry.started for entry in entries),
        between=tuple(between(one, other) for one, other in pairwise(work) if one.forked and other.forked),
    )


def outside_rows(what: str, pairs: list[tuple[Timed, Build]]) -> list[Row]:
    """What is cardgen's: between two steps, and in all.

    The earlier checkout has the same steps. Its share is what is left of its wall time once the work of the libraries
    in ours is taken from it, so that what it imports again and again is in it.
    """
    between = statistics.median(statistics.mean(ours.between) for ours, _theirs in pairs)
    ours_s = statistics.median(ours.outside_s for ours, _theirs in pairs)
    theirs_s = statistics.median(theirs.seconds - ours.libraries_s for ours, theirs in pairs)
    steps = sum(pairs[0][1].steps.values())
    return [
        Row(
            f"{what}: from a forked step's work to the next one's",
            duration(between),
            f"{duration(theirs_s / steps)} a step at {NAME}",
            f"at most {duration(MOST_S)}, 10 % of a step of a second",
            between <= MOST_S,
        ),
        Row(
            f"{what}: outside the libraries, in all",
            duration(ours_s),
            f"{duration(theirs_s)} at {NAME}, {ours_s / theirs_s:.2f} x",
        ),
    ]
