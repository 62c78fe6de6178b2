"""A sweep that is really run: the manifest of a published one, with a tiny model in the place of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardgen.lint.engine import lint
from tests.backends.fixtures import models
from tests.project import ROOT, Project, read_evidence

__all__ = ["models"]

pytestmark = pytest.mark.slow

NAME = "manifests/sst2-sweep.yaml"


@pytest.fixture(scope="module")
def project(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny model and its data, as a project."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "cardgen.toml").touch()
    (folder / "manifests").mkdir()
    shutil.copytree(models / "single", folder / "model")
    return Project(folder)


def write(project: Project, *, reported: bool) -> None:
    """The manifest that this repository has, but for the model, the data and the size of the sweep."""
    data = yaml.safe_load((ROOT / NAME).read_text(encoding="utf-8"))
    data["base_model"] = {"path": "../model"}
    evaluation = data["evaluation"]
    del evaluation["labels"]
    evaluation["dataset"] = {"path": "../model/test.csv"}
    evaluation["columns"] = {"text": "text", "label": "label"}
    benchmark = data["benchmark"]
    benchmark |= {"duration_s": 0.3, "input_lengths": [16]}
    benchmark["grid"] |= {"per_channel": [True], "operators_to_quantize": [["Add", "MatMul"], ["Add"]]}
    if not reported:
        del data["reported"]
    (project.folder / NAME).write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")


def build(project: Project, *arguments: str) -> Any:
    run = project.run("build", "--json", *arguments, NAME)
    assert run.returncode == 0, run.stderr
    (report,) = json.loads(run.stdout)
    return report


def test_a_sweep_is_measured(project: Project) -> None:
    write(project, reported=False)
    report = build(project)
    assert report["ran"] == [
        "export onnx",
        "export pytorch",
        "quantize onnxruntime INT8 MatMul per channel",
        "predict FP32 onnx",
        "predict onnxruntime INT8 MatMul per channel",
        "predict FP32 pytorch",
        "evaluate FP32 onnx",
        "evaluate onnxruntime INT8 MatMul per channel",
        "evaluate FP32 pytorch",
        "benchmark onnxruntime FP32, 1 x 16 tokens",
        "benchmark onnxruntime INT8 MatMul per channel, 1 x 16 tokens",
        "benchmark pytorch FP32, 1 x 16 tokens",
    ]
    folder = project.folder / "cards" / "sst2-sweep"
    evidence = read_evidence(folder / "evidence.json")
    assert evidence["measured"] == ["benchmark.grid"]
    text = (folder / "README.md").read_text(encoding="utf-8")
    timed = [record["result"] for record in evidence["records"] if record["request"]["kind"] == "benchmark"]
    for result in timed:
        assert result["runs"] * result["mean_ms"] >= 300
        assert f" | {result['runs']} |" in text
    scores = {
        f"{score['value']:.4f} [{score['low']:.4f}, {score['high']:.4f}]"
        for record in evidence["records"]
        if record["request"]["kind"] == "evaluate"
        for score in record["result"]["scores"]
    }
    assert all(score in text for score in scores)
    assert "4 runs of" in text
    found = lint(text, "README.md")
    assert found.count("error") == found.count("warning") == 0, found.findings
    check = project.run("check", NAME)
    assert check.returncode == 0, check.stdout + check.stderr


def test_a_second_build_measures_nothing_again(project: Project) -> None:
    write(project, reported=False)
    build(project)
    assert build(project)["ran"] == []


def test_what_a_grid_can_name_besides_is_really_done(project: Project) -> None:
    write(project, reported=False)
    data = yaml.safe_load((project.folder / NAME).read_text(encoding="utf-8"))
    data["benchmark"] |= {
        "duration_s": 0.1,
        "calibration": {"dataset": {"path": "../model/train.csv"}, "batch_size": 4},
        "grid": {
            "approach": ["dynamic", "static"],
            "calibration_samples": [4, 8],
            "operators_to_quantize": [["MatMul"]],
            "exclude_nodes": [[], ["/classifier/Gemm"]],
            "reduce_range": [False],
            "opset": [17],
            "threads": [1, 2],
        },
    }
    other = project.folder / "manifests" / "wide.yaml"
    other.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    plan = project.run("plan", "manifests/wide.yaml")
    assert "wide: 14 runs, timed 14 times: 0 of 35 steps stored" in plan.stdout, plan.stdout + plan.stderr
    run = project.run("build", "manifests/wide.yaml")
    assert run.returncode == 0, run.stderr
    folder = project.folder / "cards" / "wide"
    records = read_evidence(folder / "evidence.json")["records"]
    assert [record["result"]["opset"] for record in records if record["request"]["kind"] == "export"] == [17]
    seen = [
        (record["request"]["approach"], record["result"].get("calibration_seen"))
        for record in records
        if record["request"]["kind"] == "quantize"
    ]
    assert seen == [("dynamic", None)] * 2 + [("static", 4)] * 2 + [("static", 8)] * 2
    assert {r["result"]["threads"] for r in records if r["request"]["kind"] == "benchmark"} == {1, 2}
    check = project.run("check", "manifests/wide.yaml")
    assert check.returncode == 0, check.stdout + check.stderr


def test_what_is_reported_is_measured_only_where_asked_for(project: Project) -> None:
    write(project, reported=False)
    build(project)
    shutil.rmtree(project.folder / "cards")
    write(project, reported=True)
    assert build(project)["stored"] == []
    card = project.folder / "cards" / "sst2-sweep" / "README.md"
    assert "cardgen measured none of them" in card.read_text(encoding="utf-8")
    report = build(project, "--measure")
    assert (report["ran"], len(report["stored"])) == ([], 12)
    text = card.read_text(encoding="utf-8")
    assert "## Times of the measured runs\n" in text
    assert "## Times of the reported runs\n" in text
    assert lint(text, "README.md").count("error") == 0
    assert build(project)["ran"] == [], "what was measured once stays in the card"
    assert card.read_text(encoding="utf-8") == text
