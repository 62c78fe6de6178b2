"""Figures that others report: a build that runs nothing, and one that measures them all the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project import COMMAND, MANIFEST, ROOT, Project

pytestmark = pytest.mark.slow

BOARD = ".eval_results/unicode-names.yaml"
SOURCE = {"name": "the workshop's report", "url": "https://example.org/report", "date": "2026-03"}
LINK = "[the workshop's report](https://example.org/report)"


def score(project: Project) -> float:
    """The accuracy of the PyTorch variant, as the demo measured it."""
    (value,) = {
        score["value"]
        for record in project.evidence()["records"]
        if record["request"]["kind"] == "evaluate" and record["request"]["backend"] == "neural-compressor"
        for score in record["result"]["scores"]
        if record["request"]["subject"] == "variant" and score["metric"] == "accuracy"
    }
    return float(value)


@pytest.fixture
def reported(project: Project) -> Project:
    """The demo's project, with no card, and figures for both variants: one as measured, one far from it."""
    true = {"variant": "pytorch", "metric": "accuracy", "value": round(score(project), 3)}
    wrong = {"variant": "onnx", "metric": "accuracy", "value": 0.5, "baseline": 0.6, "size_mb": 7.5}
    entries = [{**entry, "source": dict(SOURCE)} for entry in (true, wrong)]
    project.edit(reported=entries, evaluation__leaderboard={"id": "tester/board", "task_id": "names"})
    shutil.rmtree(project.card)
    return project


def build_with_nothing(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Build without a network, environments, or a command to make one with."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    variables |= {
        "PATH": str(project.folder / "nothing"),
        "HOME": str(project.folder / "nothing"),
        "CARDGEN_CACHE": str(project.folder / "nothing"),
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(ROOT),
    }
    unshare = shutil.which("unshare")
    assert unshare is not None
    return subprocess.run(
        [unshare, "-rn", *COMMAND, "build", "--json", *arguments, MANIFEST],
        cwd=project.folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def front_matter(project: Project) -> dict[str, Any]:
    data = yaml.safe_load((project.card / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert isinstance(data, dict)
    return data


def check(project: Project) -> tuple[int, list[str]]:
    run = project.run("check", "--json", MANIFEST)
    (report,) = json.loads(run.stdout)
    return run.returncode, [finding["message"] for finding in report.get("findings", ())]


def board(project: Project) -> list[dict[str, Any]]:
    data = yaml.safe_load((project.card / BOARD).read_text(encoding="utf-8"))
    assert isinstance(data, list)
    return data


def test_reported_figures_need_no_inputs_environment_or_network(reported: Project) -> None:
    shutil.rmtree(reported.folder / ".cardgen")
    shutil.rmtree(reported.folder / "demo")
    run = build_with_nothing(reported)
    assert run.returncode == 0, run.stderr
    (report,) = json.loads(run.stdout)
    assert (report["ran"], report["stored"]) == ([], [])
    made = {path.name for path in reported.folder.iterdir()}
    assert made == {"cardgen.toml", "manifests", "cards"}
    evidence = reported.evidence()
    assert (evidence["records"], evidence["environments"], evidence["resolutions"]) == ([], {}, {})
    assert [record["origin"] for record in evidence["reported"]] == ["reported", "reported"]
    text = (reported.card / "README.md").read_text(encoding="utf-8")
    assert f"Nothing in this table was measured by cardgen: {LINK} reports the figures" in text
    assert "The code for `pytorch` and `onnx` was not run" in text
    assert [result["value"] for result in board(reported)] == [round(score_of(reported, "pytorch"), 3), 0.5]
    assert all("date" not in result for result in board(reported)), "a month is no date to the Hub"
    assert check(reported) == (0, [])
    measure = build_with_nothing(reported, "--measure")
    assert measure.returncode == 4
    assert "the folder `../demo/model` does not exist" in measure.stderr


def score_of(project: Project, variant: str) -> float:
    return next(
        float(record["entry"]["value"])
        for record in project.evidence()["reported"]
        if record["entry"]["variant"] == variant
    )


def test_measuring_what_is_reported(reported: Project) -> None:
    reported.forget("quantize", "onnxruntime")
    report = reported.build("--measure")
    assert report["ran"] == ["quantize onnx"]
    assert len(report["stored"]) == 13
    evidence = reported.evidence()
    assert evidence["measured"] == ["pytorch", "onnx"]
    assert len(evidence["reported"]) == 2
    text = (reported.card / "README.md").read_text(encoding="utf-8")
    assert f"| `onnx` | Accuracy | **0.5** | 0.6 | −0.1 (16.67 % relative loss) | {LINK} |" in text
    assert f"| `onnx` | Size of the weights | **7.5 MB** | not stated | n/a | {LINK} |" in text
    measured_rows = [line for line in text.splitlines() if line.endswith("| measured |")]
    assert [line.split("|")[1:3] for line in measured_rows if "Accuracy" in line] == [
        [" `pytorch` ", " Accuracy "],
        [" `onnx` ", " Accuracy "],
    ]
    disclosed = f"{LINK} reports Accuracy of `onnx` outside the 95 % interval of what cardgen measured."
    assert text.count("outside the 95 % interval") == 1
    assert disclosed in text
    (result,) = front_matter(reported)["model-index"][0]["results"]
    values = [metric["value"] for metric in result["metrics"]]
    assert 0.5 not in values
    listed = [result["value"] for result in board(reported)]
    assert set(listed) <= set(values)
    assert 0.5 not in listed
    assert "evidence.json" in board(reported)[0]["source"]["url"]
    assert check(reported) == (0, [])

    before = (reported.card / "README.md").read_bytes()
    again = reported.build()
    assert again["ran"] == []
    assert reported.evidence()["measured"] == ["pytorch", "onnx"]
    assert (reported.card / "README.md").read_bytes() == before

    changed = yaml.safe_load((reported.folder / MANIFEST).read_text(encoding="utf-8"))["reported"]
    changed[1]["value"] = 0.55
    reported.edit(reported=changed)
    code, (message,) = check(reported)
    assert code == 1
    assert message.startswith("reported[1] is not what the evidence holds: `value` was ")
    assert reported.build()["ran"] == []
    assert "**0.55**" in (reported.card / "README.md").read_text(encoding="utf-8")
    assert check(reported) == (0, [])

    path = reported.card / "evidence.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"0.55"', '"0.95"'), encoding="utf-8")
    run = reported.run("check", MANIFEST)
    assert run.returncode == 3
    assert "was edited" in run.stderr
    run = reported.run("build", MANIFEST)
    assert run.returncode == 0
    assert "what is reported only with --measure" in run.stderr
    assert reported.evidence()["measured"] == []


def test_a_leaderboards_file_comes_and_goes_with_its_key(reported: Project) -> None:
    reported.build()
    (reported.card / BOARD).write_text("- dataset: {id: a/b, task_id: c}\n  value: 1\n", encoding="utf-8")
    code, found = check(reported)
    assert (code, len(found)) == (1, 1)
    assert f"{BOARD} is not what its manifest and evidence say" in found[0]
    assert reported.run("build", "--render-only", MANIFEST).returncode == 1
    assert reported.run("build", "--render-only", "--overwrite", MANIFEST).returncode == 0
    assert check(reported) == (0, [])
    evaluation = yaml.safe_load((reported.folder / MANIFEST).read_text(encoding="utf-8"))["evaluation"]
    reported.edit(evaluation={key: value for key, value in evaluation.items() if key != "leaderboard"})
    code, found = check(reported)
    assert (code, len(found)) == (1, 1)
    assert f"{BOARD} does not come from the evidence" in found[0]
    reported.build()
    assert not (reported.card / BOARD).exists()
    assert check(reported) == (0, [])


def test_a_card_without_a_benchmark_has_no_file_for_one(demo: Project) -> None:
    assert not Path(demo.card / BOARD).exists()
