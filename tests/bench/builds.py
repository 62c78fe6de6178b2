"""Whole builds, beside the same of the earlier checkout, and in which steps their time is."""

from __future__ import annotations

import json
import shutil
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.earlier import Checkout, compared
from tests.bench.processes import ROOT, run_process
from tests.bench.table import Row, megabytes


@dataclass(frozen=True)
class Build:
    """One that came to its end."""

    project: Path
    seconds: float
    processor_s: float
    """Of all its processes, on all processors."""
    memory: int
    """The most that its largest process had resident, in bytes."""
    steps: Mapping[str, int]
    """How many there were of each kind, in the order of the evidence."""
    step_seconds: Mapping[str, float]
    """By kind, as their records tell; steps may run beside each other."""


def new_project(checkout: Checkout, name: str, manifest: Path | str, inputs: Path) -> Path:
    """A project that was never built.

    Args:
        checkout: whose it is.
        name: of its manifest.
        manifest: a file, or its text.
        inputs: a folder that the manifest names by its own name, beside ``manifests/``.
    """
    folder = ROOT / "build" / f"bench-{name}-{checkout.name}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "manifests").mkdir(parents=True)
    (folder / "cardgen.toml").touch()
    text = manifest if isinstance(manifest, str) else manifest.read_text(encoding="utf-8")
    (folder / "manifests" / f"{name}.yaml").write_text(text, encoding="utf-8")
    shutil.copytree(inputs, folder / inputs.name)
    return folder


def run_build(command: Sequence[str], project: Path, environ: Mapping[str, str] | None = None) -> Build:
    """Run a command that builds the one card of a project.

    Raises:
        SystemExit: if it fails.
    """
    ended = run_process(command, project, environ)
    (evidence,) = project.glob("cards/*/evidence.json")
    steps: Counter[str] = Counter()
    step_seconds: Counter[str] = Counter()
    # Read as it is: that of the earlier checkout may be in a form that is no longer read.
    records = json.loads(evidence.read_text(encoding="utf-8"))["records"]
    for record in records.values() if isinstance(records, dict) else records:
        kind = record["request"]["kind"]
        steps[kind] += 1
        step_seconds[kind] += record["seconds"]
    return Build(project, ended.seconds, ended.processor_s, ended.memory, steps, step_seconds)


def build_rows(what: str, pairs: Sequence[tuple[Build, Build]], most: float) -> list[Row]:
    """The whole, and each kind of step."""
    mine = pairs[0][0]
    whole = [(own.seconds, other.seconds) for own, other in pairs]
    memory = megabytes(statistics.median(own.memory for own, _other in pairs))
    rows = [compared(f"{what}, {sum(mine.steps.values())} steps", whole, most, memory)]
    # Under a load that comes and goes it tells more than the clock.
    rows.append(compared(f"{what}: processor time", [(own.processor_s, other.processor_s) for own, other in pairs]))
    for kind, count in mine.steps.items():
        of_kind = [(own.step_seconds[kind], other.step_seconds[kind]) for own, other in pairs]
        rows.append(compared(f"{what}: {count} {kind}", of_kind))
    return rows
