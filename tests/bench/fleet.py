"""Many manifests at once, beside one after another, and beside the earlier checkout's build of the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.bench.demo import MANIFEST, trained
from tests.bench.earlier import OURS, Checkout, earlier
from tests.bench.processes import ROOT, Ended, run_process
from tests.bench.table import Row, duration

MODELS = 8
JOBS = 2
MOST_OF_ONE = 0.6
MOST_OF_EARLIER = 0.3


def rows() -> list[Row]:
    """Measure."""
    together = _build(OURS, "together", "--jobs", str(JOBS))
    alone = _build(OURS, "alone")
    before = _build(earlier(), "before")
    what = f"{MODELS} manifests, a model each, {JOBS} jobs"
    return [
        _beside(what, together, "one after another", alone, MOST_OF_ONE),
        _beside(what, together, earlier().name, before, MOST_OF_EARLIER),
        Row("... processor time", duration(together.processor_s), f"{duration(alone.processor_s)} one after another"),
    ]


def _beside(what: str, ours: Ended, peer: str, theirs: Ended, most: float) -> Row:
    ratio = ours.seconds / theirs.seconds
    told = f"{duration(theirs.seconds)} {peer}, {ratio:.2f} x"
    return Row(what, duration(ours.seconds), told, f"at most {most:g} x", ratio <= most)


def _build(checkout: Checkout, name: str, *options: str) -> Ended:
    project = _project(name)
    manifests = sorted(str(path.relative_to(project)) for path in (project / "manifests").glob("*.yaml"))
    return run_process([checkout.cardgen, "build", "--quiet", *options, *manifests], project)


def _project(name: str) -> Path:
    """One that was never built, whose models differ in nothing that takes time."""
    folder = ROOT / "build" / f"bench-fleet-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "manifests").mkdir(parents=True)
    (folder / "cardgen.toml").touch()
    shutil.copytree(trained(), folder / "demo")
    text = (ROOT / MANIFEST).read_text(encoding="utf-8").replace("card: quantized", "card: int8")
    for number in range(MODELS):
        model = folder / "demo" / f"model-{number}"
        shutil.copytree(folder / "demo" / "model", model)
        config = json.loads((model / "config.json").read_text(encoding="utf-8"))
        (model / "config.json").write_text(json.dumps({**config, "number": number}), encoding="utf-8")
        own = text.replace("../demo/model", f"../demo/model-{number}").replace("repo_id: ", f"repo_id: of-{number}-")
        (folder / "manifests" / f"names-{number}.yaml").write_text(own, encoding="utf-8")
    return folder
