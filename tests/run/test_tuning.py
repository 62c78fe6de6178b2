"""Whole builds that tune: a worker that is killed on the way, and what of its work is kept."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from typing import Any

import pytest

from tests.backends.fixtures import interpreter
from tests.backends.workbench import SCRIPTS
from tests.project import MANIFEST, Project
from tests.run.test_build import worker_of
from tests.waiting import eventually

pytestmark = pytest.mark.slow

KILLED_AFTER = 3
"""Candidates."""


@pytest.fixture
def outliers(project: Project) -> Project:
    """The demo's project, whose model has outliers, with one variant that is tuned."""
    model, spoilt = project.folder / "demo" / "model", project.folder / "spoilt"
    spoilt.mkdir()
    python = interpreter("neural-compressor")
    script = [str(python), str(SCRIPTS / "add_outliers.py"), str(model), str(spoilt), "9"]
    subprocess.run(script, check=True, capture_output=True)
    shutil.rmtree(model)
    spoilt.rename(model)
    project.keep_only("onnx")
    project.edit(variants__onnx__fallback={"tolerance": 0.0001}, evaluation__limit=400)
    return project


def journal_of(project: Project) -> list[str]:
    """The whole lines of the one journal."""
    paths = list((project.folder / ".cardgen" / "tuning").glob("*.jsonl"))
    assert len(paths) <= 1
    return [line for path in paths for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]


def candidates(lines: list[str]) -> list[dict[str, Any]]:
    """Without the hash that each has."""
    entries = [{key: value for key, value in json.loads(line).items() if key != "sha256"} for line in lines]
    return [entry for entry in entries if "fp32_modules" in entry]


def kill_worker_after(project: Project, count: int) -> str:
    """Build until so many candidates are written, then kill the worker; what the build said."""
    build = project.start("build", "--json", MANIFEST)

    def written() -> bool:
        assert build.poll() is None, build.communicate()
        return len(candidates(journal_of(project))) >= count

    eventually(written, "no candidates were tried")
    os.kill(worker_of(build), signal.SIGKILL)
    _out, said = build.communicate(timeout=600)
    assert build.returncode == 4, said
    return said


def test_a_tuning_that_was_killed_goes_on_where_it_was(outliers: Project) -> None:
    said = kill_worker_after(outliers, KILLED_AFTER)
    assert "tune onnx: the worker was killed by SIGKILL" in said
    before = journal_of(outliers)
    assert len(candidates(before)) >= KILLED_AFTER
    report = outliers.build()
    assert sorted(report["ran"]) == ["evaluate onnx", "predict onnx", "quantize onnx", "snippet onnx", "tune onnx"]
    after = journal_of(outliers)
    assert after[: len(before)] == before, "what was tried was tried again"
    fallbacks = [tuple(each["fp32_modules"]) for each in candidates(after)]
    assert len(set(fallbacks)) == len(fallbacks)
    by_step = {record["request"]["kind"]: record for record in outliers.evidence()["records"]}
    found = by_step["tune"]["result"]
    assert found["candidates"] == candidates(after)
    quantized = by_step["quantize"]
    assert quantized["request"]["fallback_modules"] == "tuned"
    kept = quantized["result"]["fp32_modules"] + quantized["result"]["fp32_embeddings"]
    assert sorted(kept) == sorted(found["fallback_modules"])
    scored = by_step["evaluate"]["result"]["scores"][0]["value"]
    assert scored == found["score"] >= found["limit"]
    card = (outliers.card / "README.md").read_text()
    assert "to keep the relative loss of Accuracy within 0.01 %" in card
    assert "The tolerance is met" in card
    assert f"<summary>{len(fallbacks)} trials</summary>" in card

    assert outliers.build()["ran"] == []
    outliers.edit(variants__onnx__fallback={"tolerance": 0.01})
    assert outliers.build()["ran"][0] == "tune onnx"
    both = journal_of(outliers)
    assert both[: len(after)] == after, "another tolerance goes by the same trials"
    rest = [each["fp32_modules"] for each in candidates(both[len(after) :])]
    full = [each["fp32_modules"] for each in candidates(after) if each["score"] is not None]
    assert not [kept for kept in rest if kept in full]
    outliers.edit(variants__onnx__fallback={"tolerance": 0.0001})
    assert outliers.build()["ran"] == []
    outliers.forget("snippet", "onnxruntime")
    shutil.rmtree(outliers.folder / ".cardgen" / "artifacts")
    assert outliers.build()["ran"] == ["export onnx", "quantize onnx", "snippet onnx"], (
        "its record tells all of a tuning"
    )


def test_a_tolerance_out_of_reach_ends_with_4_and_keeps_what_was_tried(outliers: Project) -> None:
    # The sums beside the modules are rounded too: no fallback of modules mends that.
    outliers.edit(
        variants__onnx__approach="static",
        variants__onnx__calibration={"dataset": {"path": "../demo/train.csv"}, "samples": 50},
        variants__onnx__options={"operators": ["Add", "MatMul"]},
    )
    run = outliers.run("build", MANIFEST)
    assert run.returncode == 4, run.stderr
    assert re.search(
        r"tune onnx: No fallback of \d+ that were tried reaches \S+: the best, with \d+ modules?", run.stderr
    )
    assert "Allow a larger `tolerance`" in run.stderr
    tried = journal_of(outliers)
    assert len(candidates(tried)) > 2
    again = outliers.run("build", MANIFEST)
    assert again.returncode == 4
    assert journal_of(outliers) == tried
    assert "trying a fallback" not in again.stderr


def test_modules_that_are_chosen_on_other_samples(outliers: Project) -> None:
    other = outliers.folder / "demo" / "held-out.csv"
    header, *rows = (outliers.folder / "demo" / "train.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    other.write_text("".join([header, *rows[:300]]), encoding="utf-8")
    outliers.edit(variants__onnx__fallback={"tolerance": 0.01, "dataset": {"path": "../demo/held-out.csv"}})
    assert outliers.build()["ran"] == [
        "export onnx",
        "predict FP32 onnx to tune onnx",
        "tune onnx",
        "quantize onnx",
        "snippet onnx",
        "predict FP32 onnx",
        "predict onnx",
        "evaluate FP32 onnx",
        "evaluate onnx",
    ]
    records = {record["request"]["kind"]: record for record in outliers.evidence()["records"]}
    found = records["tune"]["result"]
    assert found["samples"] == 300
    assert records["evaluate"]["result"]["samples"] == 400
    assert found["fallback_modules"]
    card = (outliers.card / "README.md").read_text()
    assert "scored on 300 other samples (held-out.csv), on which FP32 has" in card
    assert outliers.run("check", MANIFEST).returncode == 0
    other.write_text("".join([header, *rows[:200]]), encoding="utf-8")
    checked = outliers.run("check", MANIFEST)
    assert checked.returncode == 1
    assert "../demo/held-out.csv has changed since it was measured" in checked.stdout + checked.stderr
