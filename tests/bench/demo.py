"""The demo's card, its model trained, and what a build takes beside what its libraries do."""

from __future__ import annotations

import json
import os
import statistics
import sys
from pathlib import Path

from tests.bench.builds import Build, build_rows, new_project, run_build
from tests.bench.earlier import NAME, OURS, Checkout, compared, earlier
from tests.bench.processes import ROOT, run_process
from tests.bench.table import Row, duration

RUNS = 3
MOST = 0.4
MOST_OUTSIDE_S = 0.1
"""Of a step of a second."""
_MANIFEST = Path("cardgen", "demo", "unicode-names.yaml")


def rows() -> list[Row]:
    """Measure."""
    builds, again, outside = [], [], []
    other = earlier()
    _trained()
    for _ in range(RUNS):
        pair = _build(OURS), _build(other)
        builds.append(pair)
        again.append((_again(OURS, pair[0]), _again(other, pair[1])))
        timed, libraries_s = _timed()
        steps = sum(timed.steps.values())
        outside.append(((timed.seconds - libraries_s) / steps, (pair[1].seconds - libraries_s) / steps))
    return [
        *build_rows("demo", builds, MOST),
        compared("demo: again, all of it stored", again),
        _outside(outside),
    ]


def _outside(seconds: list[tuple[float, float]]) -> Row:
    """What the build takes outside its libraries' own work, shared out among its steps.

    That is the wall time of the whole command, one step at a time, less the time in which a worker imports libraries
    and in which its child does what the request asks (``dispatch``: load a model, quantize it, answer, score). What is
    left is the command's start, the plan, hashes, locks, forks, the children's beginning and end, records, artifacts,
    evidence and the card. The earlier checkout has the same steps: its rest is what is left of its wall time once the
    same work of the libraries is taken from it, so that what it imports again and again is in it.
    """
    ours, theirs = (statistics.median(pair[side] for pair in seconds) for side in (0, 1))
    return Row(
        "demo: outside the libraries, a step",
        duration(ours),
        f"{duration(theirs)} at {NAME}, {ours / theirs:.2f} x",
        f"at most {duration(MOST_OUTSIDE_S)}, 10 % of a step of a second",
        ours <= MOST_OUTSIDE_S,
    )


def _trained() -> Path:
    """The data and the trained model, made unless ``build/`` has them."""
    folder = ROOT / "build" / "bench-demo"
    if not (folder / "demo").exists():
        run_process([OURS.cardgen, "demo", "--quiet", str(folder)])
    return folder / "demo"


def _project(checkout: Checkout) -> Path:
    return new_project(checkout, "unicode-names", checkout.folder / _MANIFEST, _trained())


def _build(checkout: Checkout) -> Build:
    return run_build([checkout.cardgen, "demo", "--quiet", "."], _project(checkout))


def _again(checkout: Checkout, built: Build) -> float:
    return run_process([checkout.cardgen, "demo", "--quiet", "."], built.project)[0]


def _timed() -> tuple[Build, float]:
    """A build of ours, and the seconds in which its libraries were at work.

    Raises:
        SystemExit: where not every step was timed.
    """
    times = ROOT / "build" / "bench-times.jsonl"
    times.unlink(missing_ok=True)
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "CARDGEN_BENCH_TIMES": str(times)}
    built = run_build([sys.executable, "-m", "tests.bench.timed", "demo", "--quiet", "."], _project(OURS), environ)
    entries = [json.loads(line) for line in times.read_text(encoding="utf-8").splitlines()]
    worked = sum(entry["what"] == "work" for entry in entries)
    if worked != sum(built.steps.values()):
        raise SystemExit(f"of {sum(built.steps.values())} steps {worked} were timed")
    return built, sum(entry["seconds"] for entry in entries)
