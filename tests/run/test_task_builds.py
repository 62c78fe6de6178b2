"""Whole builds for other tasks than text classification: one manifest, two backends, one card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.backends.fixtures import neural_compressor
from tests.backends.workbench import Workbench
from tests.project import Project

__all__ = ["neural_compressor"]

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[1] / "evaluation" / "scripts" / "train_tasks.py"
TASKS: dict[str, dict[str, Any]] = {
    "tags": {
        "task": "token-classification",
        "columns": {"text": "tokens", "labels": "ner_tags"},
        "metrics": ["f1", "accuracy"],
        "titles": ["F1", "Accuracy"],
    },
    "answers": {
        "task": "question-answering",
        "columns": {"question": "question", "context": "context", "answers": "answers"},
        "metrics": ["f1", "exact_match"],
        "titles": ["F1 (squad_v2)", "Exact match (squad_v2)"],
    },
}


@pytest.fixture(scope="module")
def trained(neural_compressor: Workbench) -> Path:
    folder = neural_compressor.folder / "trained"
    neural_compressor.script(SCRIPT, folder)
    return folder


def manifest(model: str) -> dict[str, Any]:
    given = TASKS[model]
    return {
        "version": 1,
        "repo_id": f"me/{model}-int8",
        "card": "int8",
        "title": f"INT8 {model}",
        "task": given["task"],
        "base_model": {"id": f"me/{model}", "path": model},
        "metadata": {"license": "apache-2.0"},
        "variants": {
            "pytorch": {
                "backend": "neural-compressor",
                "approach": "static",
                "calibration": {"dataset": {"path": f"{model}/train.jsonl"}, "samples": 30, "batch_size": 8},
            },
            "onnx": {"backend": "onnxruntime", "approach": "dynamic"},
        },
        "evaluation": {
            "dataset": {"path": f"{model}/test.jsonl"},
            "columns": given["columns"],
            "metrics": given["metrics"],
            "limit": 60,
        },
    }


@pytest.mark.parametrize("model", TASKS)
def test_a_card_shows_int8_beside_fp32(trained: Path, model: str) -> None:
    project = Project(trained)
    (trained / f"{model}.yaml").write_text(yaml.safe_dump(manifest(model)), encoding="utf-8")
    run = project.run("build", "--json", f"{model}.yaml")
    assert run.returncode == 0, run.stderr
    (report,) = json.loads(run.stdout)
    assert len(report["ran"]) == 10
    card = (trained / "cards" / model / "README.md").read_text(encoding="utf-8")
    evidence = json.loads((trained / "cards" / model / "evidence.json").read_bytes())
    results = [record["result"] for record in evidence["records"] if record["request"]["kind"] == "evaluate"]
    assert len(results) == 4
    assert all(result["samples"] == 60 for result in results)
    for result in results:
        for title, score in zip(TASKS[model]["titles"], result["scores"], strict=True):
            assert f"| {title} |" in card
            assert f"{score['value']:.4f}" in card
    again = project.run("build", "--json", f"{model}.yaml")
    assert json.loads(again.stdout)[0]["ran"] == []
