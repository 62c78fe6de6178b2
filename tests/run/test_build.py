"""Whole builds with real models: what is stored, what is shared, and what a build survives."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.project import MANIFEST, Project
from tests.waiting import eventually, wait_for_end

pytestmark = pytest.mark.slow


def children_of(process: int) -> list[int]:
    """Process ids of the children of all threads of a process."""
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in path.read_text().split()]
    return found


def server_of(build: subprocess.Popen[str]) -> int:
    """Process id of the process that a build forks its workers from."""
    found: list[int] = []

    def started() -> bool:
        assert build.poll() is None, build.communicate()
        for child in children_of(build.pid):
            with suppress(OSError):
                if b"cardgen.run.workers.server" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(child)
        return bool(found)

    eventually(started, "no worker was started")
    return found[0]


def worker_of(build: subprocess.Popen[str]) -> int:
    """Process id of the fork that does the running step of a build."""
    server = server_of(build)
    forks: list[int] = []

    def forked() -> bool:
        assert build.poll() is None, build.communicate()
        forks[:] = children_of(server)
        return bool(forks)

    eventually(forked, "no worker was forked")
    return forks[-1]


@contextmanager
def build_at(project: Project, line: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A running build, at the moment when it says ``line``."""
    build = project.start("build", "--json", *arguments, MANIFEST)
    assert build.stderr is not None
    try:
        for said in build.stderr:
            if said.startswith(line):
                break
        else:
            raise AssertionError(f"the build never said {line!r}")
        yield build
    finally:
        build.kill()
        build.communicate()


def test_a_second_build_runs_nothing(project: Project) -> None:
    card = (project.card / "README.md").read_bytes()
    report = project.build()
    assert report["ran"] == []
    assert len(report["stored"]) == 14
    assert (project.card / "README.md").read_bytes() == card


def test_committed_evidence_is_enough_where_the_store_is_lost(project: Project) -> None:
    (project.folder / ".cardgen").rename(project.folder.parent / "lost")
    assert project.build()["ran"] == []
    assert not (project.folder / ".cardgen" / "artifacts").exists()


def test_words_re_run_nothing_and_change_the_card(project: Project) -> None:
    project.edit(title="Another title")
    assert project.build()["ran"] == []
    assert "# Another title\n" in (project.card / "README.md").read_text()


SCORED_PYTORCH = ["predict FP32 pytorch", "predict pytorch", "evaluate FP32 pytorch", "evaluate pytorch"]


def test_a_new_limit_re_runs_only_what_scores(project: Project) -> None:
    project.keep_only("pytorch")
    project.edit(evaluation__limit=20)
    report = project.build()
    assert report["stored"] == ["export pytorch", "quantize pytorch", "snippet pytorch"]
    assert report["ran"] == SCORED_PYTORCH
    assert "20 samples (drawn from all 3222 with seed 42)" in (project.card / "README.md").read_text()


def test_a_diff_of_two_builds_counts_the_samples_that_flipped(project: Project) -> None:
    shutil.copy(project.card / "evidence.json", project.folder / "before.json")
    project.keep_only("pytorch")
    project.edit(
        variants__pytorch__calibration={"samples": 1, "batch_size": 1, "dataset": {"path": "../demo/train.csv"}}
    )
    project.build()
    run = project.run("diff", "--json", "before.json", MANIFEST)
    (found,) = json.loads(run.stdout)["comparisons"]
    (moved,) = [change for change in found["changes"] if change["place"] == "variants.pytorch.accuracy"]
    told, beside = moved["arguments"], moved["beside"]
    assert beside["right"]
    assert (beside["risen"] - beside["fallen"]) / 3222 == pytest.approx(told["change"])
    assert beside["paired"] == pytest.approx(told["change"])
    assert beside["paired_low"] <= beside["paired"] <= beside["paired_high"]
    assert beside["paired_high"] - beside["paired_low"] < told["new_high"] - told["new_low"]


def test_a_damaged_artifact_is_made_again_where_it_is_needed(project: Project) -> None:
    project.forget("predict", "neural-compressor")
    for path in (project.folder / ".cardgen" / "records").iterdir():
        record = json.loads(path.read_bytes())
        if (record["request"]["kind"], record["request"]["backend"]) == ("quantize", "neural-compressor"):
            weights = project.folder / ".cardgen" / "artifacts" / record["fingerprint"] / "pytorch_model.bin"
            weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    run = project.run("build", "--json", MANIFEST)
    assert run.returncode == 0, run.stderr
    assert "pytorch_model.bin is damaged" in run.stderr
    assert json.loads(run.stdout)[0]["ran"] == ["quantize pytorch", "predict FP32 pytorch", "predict pytorch"]


def test_a_killed_build_goes_on_where_it_stopped(project: Project) -> None:
    project.forget("quantize", "neural-compressor")
    with build_at(project, "quantize pytorch: quantizing") as build:
        worker = worker_of(build)
        build.send_signal(signal.SIGKILL)
        build.wait()
        wait_for_end(worker)
    assert project.build()["ran"] == ["quantize pytorch"]
    assert list((project.folder / ".cardgen" / "tmp").iterdir()) == []


def test_two_builds_at_once_run_each_step_once(project: Project) -> None:
    project.forget("predict", "onnxruntime")
    builds = [project.start("build", "--json", MANIFEST) for _ in range(2)]
    reports = []
    for build in builds:
        output, errors = build.communicate(timeout=600)
        assert build.returncode == 0, errors
        reports.append(json.loads(output)[0])
    ran = [name for report in reports for name in report["ran"]]
    assert sorted(ran) == ["predict FP32 onnx", "predict onnx"]


def test_a_killed_worker_fails_its_step_and_no_other(project: Project) -> None:
    project.keep_only("pytorch")
    project.edit(evaluation__limit=50)
    card = (project.card / "README.md").read_bytes()
    with build_at(project, "predict FP32 pytorch: loading") as build:
        os.kill(worker_of(build), signal.SIGKILL)
        _output, errors = build.communicate(timeout=600)
    assert build.returncode == 4
    assert "predict FP32 pytorch: the worker was killed by SIGKILL before it finished" in errors
    assert "evaluate pytorch: not run, since it needs `predict FP32 pytorch`" in errors
    assert (project.card / "README.md").read_bytes() == card
    # The variant is answered in batches or one by one as the baseline is, which finds out.
    ran = ["predict FP32 pytorch", "predict pytorch", "evaluate FP32 pytorch", "evaluate pytorch"]
    assert project.build()["ran"] == ran


def test_a_worker_without_memory_fails_its_step(project: Project) -> None:
    project.keep_only("pytorch")
    project.edit(evaluation__batch_size=3000)
    with build_at(project, "predict FP32 pytorch: evaluating") as build:
        worker = worker_of(build)
        pages = int(Path(f"/proc/{worker}/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + 32 * 2**20
        resource.prlimit(worker, resource.RLIMIT_AS, (limit, limit))
        _output, errors = build.communicate(timeout=600)
    assert build.returncode == 4
    records = [json.loads(path.read_bytes()) for path in (project.folder / ".cardgen" / "records").iterdir()]
    (error,) = (record["error"] for record in records if record["status"] == "failed")
    assert error["type"] == "out-of-memory"
    assert "Use a smaller batch_size" in errors


def test_a_full_disk_loses_nothing(project: Project) -> None:
    project.forget("quantize", "onnxruntime")
    store = project.folder / ".cardgen"
    used = sum(-(-path.stat().st_size // 4096) * 4096 for path in store.rglob("*") if path.is_file())
    script = (
        'mv "$1/.cardgen" "$1/kept" && mkdir "$1/.cardgen" && mount -t tmpfs -o size="$2" tmpfs "$1/.cardgen" && '
        'cp -a "$1/kept/." "$1/.cardgen" && shift 2 && exec "$@"'
    )
    prefix = ["unshare", "-rm", "sh", "-c", script, "sh", str(project.folder), str(used + 700_000)]
    run = project.run("build", MANIFEST, prefix=prefix)
    assert run.returncode == 4, run.stderr
    assert "disk" in run.stderr
    assert "Free some space" in run.stderr
    assert "Traceback" not in run.stderr
    assert not project.card.exists()
    (project.folder / ".cardgen").rmdir()
    (project.folder / "kept").rename(project.folder / ".cardgen")
    assert project.build()["ran"] == ["quantize onnx"]


def test_ctrl_c_ends_the_worker_and_keeps_what_is_done(project: Project) -> None:
    project.forget("quantize", "neural-compressor")
    with build_at(project, "quantize pytorch: quantizing") as build:
        worker = worker_of(build)
        build.send_signal(signal.SIGINT)
        _output, errors = build.communicate(timeout=600)
    assert build.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    wait_for_end(worker)
    states = {row["step"]: row["state"] for row in json.loads(project.run("plan", "--json", MANIFEST).stdout)}
    assert states.pop("quantize pytorch") == "to run"
    assert set(states.values()) == {"stored"}


def test_a_time_limit_ends_a_step(project: Project) -> None:
    project.keep_only("pytorch")
    project.edit(evaluation__limit=60)
    run = project.run("build", "--time-limit", "1", MANIFEST)
    assert run.returncode == 4
    assert "took longer than its limit of 1 s" in run.stderr


STATIC = {"backend": "neural-compressor", "approach": "static"}
CLASIFIER = {"modules": ["clasifier"]}
TRAIN = {"path": "../demo/train.csv"}


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"base_model__path": "../demo/modle"}, 4, ["../demo/modle", "model"]),
        ({"evaluation__dataset": {"path": "../demo/tets.csv"}}, 4, ["../demo/tets.csv", "test.csv"]),
        ({"evaluation__columns": {"text": "nmae", "label": "category"}}, 3, ["nmae", "did you mean `name`"]),
        ({"evaluation__dataset": {"path": "../odd.csv"}}, 3, ["`lower`", "evaluation:", '"lower":   # which of the']),
        (
            {"variants__pytorch": {**STATIC, "calibration": {"dataset": TRAIN, "samples": 10000}}},
            3,
            ["10000", "9664"],
        ),
        (
            {
                "variants__pytorch": {
                    **STATIC,
                    "calibration": {"dataset": TRAIN},
                    "fallback": {"modules": ["clasifier"]},
                }
            },
            4,
            ["clasifier", "Did you mean `classifier`"],
        ),
    ],
    ids=["model", "dataset", "column", "labels", "calibration", "fallback"],
)
def test_bad_input_is_told_clearly(project: Project, changes: dict[str, Any], code: int, says: list[str]) -> None:
    card = (project.card / "README.md").read_bytes()
    project.keep_only("pytorch")
    project.edit(**changes)
    (project.folder / "odd.csv").write_text("name,category\nDIGIT ONE,Nd\nLATIN SMALL LETTER A,lower\n")
    run = project.run("build", MANIFEST)
    assert run.returncode == code, run.stderr
    for words in says:
        assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert str(project.folder) not in run.stderr
    assert (project.card / "README.md").read_bytes() == card
