"""A graph that somebody else made, scored beside the base model that it was made from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import load_evidence
from cardgen.records.record import DoneRecord
from cardgen.records.results.evaluate import EvaluateResult
from tests.adopted import MODELS
from tests.project import Project

pytestmark = pytest.mark.slow


def scores(evidence: Evidence, step: str) -> list[tuple[str, float]]:
    (record,) = [record for record in evidence.records if record.step == step]
    assert isinstance(record.result, EvaluateResult)
    return [(score.metric, score.value) for score in record.result.scores]


def made(evidence: Evidence) -> DoneRecord:
    (record,) = [record for record in evidence.records if record.step == "quantize onnx"]
    return record


def adopting(project: Project, variant: dict[str, object]) -> Path:
    """The demo's manifest, but for its variants."""
    (manifest,) = (project.folder / "manifests").glob("*.yaml")
    content = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    content |= {"variants": {"theirs": {"made": variant}}, "repo_id": "your-name/adopted", "title": "Adopted"}
    path = manifest.with_name("adopted.yaml")
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def test_the_same_graph_scores_the_same_whoever_made_it(project: Project) -> None:
    own = load_evidence(project.folder / "cards" / "unicode-names" / "evidence.json")
    artifact = project.folder / ".cardgen" / "artifacts" / made(own).fingerprint
    (project.folder / "others").mkdir()
    shutil.copy(artifact / "model_quantized.onnx", project.folder / "others" / "graph.onnx")
    manifest = adopting(project, {"path": "../others", "file": "graph.onnx"})
    run = project.run("build", str(manifest))
    assert run.returncode == 0, run.stderr
    theirs = load_evidence(project.folder / "cards" / "adopted" / "evidence.json")
    assert scores(theirs, "evaluate theirs") == scores(own, "evaluate onnx")
    assert scores(theirs, "evaluate FP32 onnx") == scores(own, "evaluate FP32 onnx")
    card = (project.folder / "cards" / "adopted" / "README.md").read_text(encoding="utf-8")
    assert "| Variant | Measure | W8A8 | FP32 |" in card
    assert "`theirs`: accuracy 0." in card
    assert "### theirs: Optimum" in card
    assert "there is no `config.json` and no tokenizer" in card
    (sizes,) = [line for line in card.splitlines() if line.startswith("![Size of the weights")]
    assert sizes.count("FP32") == 1
    for command in (("check",), ("lint", "--strict")):
        target = manifest if command == ("check",) else project.folder / "cards" / "adopted" / "README.md"
        run = project.run(*command, str(target))
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_graph_of_another_model_is_a_failed_step(project: Project) -> None:
    shutil.copytree(MODELS / "onnx" / "models", project.folder / "others")
    manifest = adopting(project, {"path": "../others", "file": "dynamic.onnx"})
    run = project.run("build", str(manifest))
    assert run.returncode == 4, run.stderr
    assert "adopt theirs: " in run.stderr
    assert "Leave `evaluation` out" in run.stderr
    assert not (project.folder / "cards" / "adopted").exists()


def test_code_is_run_where_all_that_it_needs_lies_beside_the_graph(project: Project) -> None:
    own = load_evidence(project.folder / "cards" / "unicode-names" / "evidence.json")
    artifact = project.folder / ".cardgen" / "artifacts" / made(own).fingerprint
    others = project.folder / "others" / "onnx"
    shutil.copytree(artifact, others)
    (others / "model_quantized.onnx").rename(others / "model_int8.onnx")
    manifest = adopting(project, {"path": "../others/onnx", "file": "model_int8.onnx"})
    run = project.run("build", str(manifest))
    assert run.returncode == 0, run.stderr
    assert "snippet theirs" in run.stderr
    card = (project.folder / "cards" / "adopted" / "README.md").read_text(encoding="utf-8")
    assert "This code was run against the files of this variant, with onnxruntime " in card
    assert "was not run" not in card
    assert "there is no" not in card
    assert project.run("check", str(manifest)).returncode == 0
