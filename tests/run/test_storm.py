"""Builds that are killed at random moments, over all kinds of steps, or that run beside another.

``CARDGEN_TEST_KILLS`` and ``CARDGEN_TEST_PAIRS`` say how often; a few times by default.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.project import MANIFEST, Project
from tests.run.test_isolated import records_of
from tests.waiting import eventually

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("CARDGEN_TEST_KILLS", "4"))
PAIRS = int(os.environ.get("CARDGEN_TEST_PAIRS", "1"))
LONGEST_S = 12.0
"""Most of a build's steps are done by then."""
EXPORT = "manifests/export.yaml"


@pytest.fixture
def small(project: Project) -> Project:
    """A project of all kinds of steps but a sweep's, each of them short."""
    project.edit(
        evaluation__limit=60,
        variants__onnx={"backend": "onnxruntime", "approach": "dynamic", "fallback": {"tolerance": 0.5}},
    )
    plain = {"backend": "onnxruntime", "approach": "none"}
    project.write(EXPORT, card="onnx-export", variants={"plain": plain}, repo_id="me/export")
    start_anew(project)
    return project


def start_anew(project: Project) -> None:
    shutil.rmtree(project.folder / ".cardgen", ignore_errors=True)
    shutil.rmtree(project.card.parent, ignore_errors=True)


def workers_of(project: Project) -> list[int]:
    """Processes that run in the project's store, wherever their parents are."""
    store = str(project.folder / ".cardgen")
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str((process / "cwd").readlink()).startswith(store):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def done_in(project: Project) -> dict[str, bytes]:
    """The records of finished steps, by file; they tell when a step ran."""
    found = {path.name: path.read_bytes() for path in (project.folder / ".cardgen" / "records").glob("[!.]*.json")}
    return {name: record for name, record in found.items() if json.loads(record)["status"] == "done"}


def results_of(project: Project) -> dict[str, Any]:
    """What steps came to but for times, by fingerprint. Of trials, some of which outlive a kill, the choice alone."""
    found = {fingerprint: record["result"] for fingerprint, record in records_of(project).items()}
    for result in found.values():
        for key in ("candidates", "ranking"):
            result.pop(key, None)
    return found


def left_over(project: Project) -> list[str]:
    """Scratch folders and half-written files in the store."""
    store = project.folder / ".cardgen"
    paths = [*(store / "tmp").glob("*"), *store.rglob("*.tmp"), *project.card.parent.rglob(".*.tmp")]
    return sorted(str(path.relative_to(project.folder)) for path in paths)


def test_kills_at_any_moment_lose_no_step_that_was_done(small: Project) -> None:
    chance = random.Random(KILLS)
    results: list[dict[str, Any]] = []
    done: dict[str, bytes] = {}
    kills = 0
    while kills < KILLS:
        build = small.start("build", MANIFEST, EXPORT)
        deadline = time.monotonic() + chance.uniform(0.3, LONGEST_S)
        while build.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        victims = [build.pid, *workers_of(small)]
        if build.poll() is None:
            os.kill(chance.choice(victims), signal.SIGKILL)
            kills += 1
            time.sleep(chance.uniform(0, 0.2))
            build.kill()
        _, errors = build.communicate()
        eventually(lambda: not workers_of(small), "a process outlives its build")
        assert "damaged" not in errors
        assert "Traceback" not in errors
        now = done_in(small)
        assert done.items() <= now.items(), "a step that was done is lost, or was done again"
        done = now
        if build.returncode == 0:
            results.append(results_of(small))
            assert left_over(small) == []
            start_anew(small)
            done = {}
    end = small.run("build", MANIFEST, EXPORT)
    assert end.returncode == 0, end.stderr
    results.append(results_of(small))
    assert left_over(small) == []
    start_anew(small)
    whole = small.run("build", MANIFEST, EXPORT)
    assert whole.returncode == 0, whole.stderr
    assert all(each == results_of(small) for each in results)


def test_two_builds_at_once_do_each_step_once(small: Project) -> None:
    for _ in range(PAIRS):
        start_anew(small)
        builds = [small.start("build", "--json", MANIFEST, EXPORT) for _ in range(2)]
        ran: list[tuple[str, str]] = []
        for build in builds:
            output, errors = build.communicate(timeout=600)
            assert build.returncode == 0, errors
            ran += [(card["name"], step) for card in json.loads(output) for step in card["ran"]]
        assert sorted(ran) == sorted(set(ran))
        assert len(ran) == len(list((small.folder / ".cardgen" / "records").glob("*.json")))
        assert left_over(small) == []
