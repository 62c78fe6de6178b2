"""The demo's card, its model trained."""

from __future__ import annotations

from pathlib import Path

from tests.bench.builds import Build, build_rows, new_project, run_build
from tests.bench.earlier import OURS, Checkout, compared, earlier
from tests.bench.outside import outside_rows, time_build
from tests.bench.processes import ROOT, run_process
from tests.bench.table import Row

RUNS = 3
MOST = 0.4
_DEMO = ("demo", "--quiet", ".")
MANIFEST = Path("cardgen", "demo", "unicode-names.yaml")


def rows() -> list[Row]:
    """Measure."""
    builds, again, timed = [], [], []
    other = earlier()
    trained()
    for _ in range(RUNS):
        pair = _build(OURS), _build(other)
        builds.append(pair)
        again.append((_again(OURS, pair[0]), _again(other, pair[1])))
        timed.append((time_build(_project(OURS), *_DEMO), pair[1]))
    return [
        *build_rows("demo", builds, MOST),
        compared("demo: again, all of it stored", again),
        *outside_rows("demo", timed),
    ]


def trained() -> Path:
    """The data and the trained model, made unless ``build/`` has them."""
    folder = ROOT / "build" / "bench-demo"
    if not (folder / "demo").exists():
        run_process([OURS.cardgen, "demo", "--quiet", str(folder)])
    return folder / "demo"


def _project(checkout: Checkout) -> Path:
    return new_project(checkout, "unicode-names", checkout.folder / MANIFEST, trained())


def _build(checkout: Checkout) -> Build:
    return run_build([checkout.cardgen, *_DEMO], _project(checkout))


def _again(checkout: Checkout, built: Build) -> float:
    return run_process([checkout.cardgen, *_DEMO], built.project).seconds
