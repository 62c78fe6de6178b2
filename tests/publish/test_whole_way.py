"""From the Hub to the Hub: base model and dataset from a Hub, a real build, its check, and its push there."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hub_server import HubServer
from tests.project import COMMAND, ROOT, Project

REPO = "tester/names-int8"


def manifest(revision: str) -> dict[str, Any]:
    """One ONNX variant; model and data by Hub id."""
    return {
        "version": 1,
        "repo_id": REPO,
        "title": "INT8 names",
        "task": "text-classification",
        "base_model": {"id": "tester/names", "revision": revision},
        "metadata": {"language": ["en"]},
        "variants": {
            "onnx": {"backend": "onnxruntime", "approach": "static", "calibration": {"samples": 20, "batch_size": 4}}
        },
        "evaluation": {
            "dataset": {"id": "tester/names-data", "split": "test"},
            "columns": {"text": "name", "label": "category"},
            "metrics": ["accuracy"],
            "limit": 100,
        },
    }


@pytest.mark.slow
def test_from_the_hub_to_the_hub(demo: Project, tmp_path: Path) -> None:
    inputs = demo.folder / "demo"
    with HubServer() as hub:
        weights = {path.name: path.read_bytes() for path in (inputs / "model").iterdir()}
        card = b"---\nlicense: apache-2.0\n---\n# Names\n"
        model = hub.add("tester/names", {"README.md": card, **weights}, private=True)
        rows = {f"{name}.csv": (inputs / f"{name}.csv").read_bytes() for name in ("train", "test")}
        data = hub.add("tester/names-data", rows, repo_type="dataset", private=True)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        hub_variables = {
            "HF_ENDPOINT": hub.endpoint,
            "HF_TOKEN": hub.token,
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_DISABLE_XET": "1",
            "PYTHONPATH": str(ROOT),
        }
        (tmp_path / "cardgen.toml").touch()
        place = tmp_path / "manifests" / "names.yaml"
        place.parent.mkdir()
        place.write_text(yaml.safe_dump(manifest("main"), sort_keys=False), encoding="utf-8")

        def cardgen(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
            run = subprocess.run(
                [*COMMAND, *arguments, "manifests/names.yaml"],
                cwd=tmp_path,
                env={**inherited, **hub_variables, **variables},
                capture_output=True,
                text=True,
                check=False,
            )
            assert HubServer.token not in run.stdout + run.stderr
            return run

        built = cardgen("build", "--json")
        assert built.returncode == 0, built.stderr
        assert len(json.loads(built.stdout)[0]["ran"]) == 7
        evidence = (tmp_path / "cards" / "names" / "evidence.json").read_text(encoding="utf-8")
        assert HubServer.token not in evidence
        resolutions = json.loads(evidence)["resolutions"]
        assert resolutions["base_model"]["source"]["commit"] == model.resolve("main").oid
        assert resolutions["evaluation"]["source"]["commit"] == data.resolve("main").oid
        text = (tmp_path / "cards" / "names" / "README.md").read_text(encoding="utf-8")
        assert "license: apache-2.0\n" in text
        assert "[`tester/names`](https://huggingface.co/tester/names)" in text

        assert cardgen("check").returncode == 0
        pushed = cardgen("push")
        assert pushed.returncode == 0, pushed.stderr
        held = hub.model(REPO).resolve("main").files
        assert {"README.md", "evidence.json", "names.yaml", "onnx/model_quantized.onnx"} <= held.keys()
        commits = len(hub.model(REPO).history())
        assert cardgen("push").returncode == 0
        assert len(hub.model(REPO).history()) == commits, "unchanged content was committed again"

        model.put({"README.md": b"---\nlicense: mit\n---\n"})
        again = cardgen("build", "--json", HF_HUB_OFFLINE="1")
        assert json.loads(again.stdout)[0]["ran"] == [], "a name that was resolved is not looked up again"
        refreshed = cardgen("plan", "--refresh")
        assert refreshed.stdout.splitlines()[0].startswith("to run  export onnx"), refreshed.stderr

    unreachable = cardgen("plan", "--refresh")
    assert unreachable.returncode == 4
    assert "manifests/names.yaml: base_model: " in unreachable.stderr
    assert "Traceback" not in unreachable.stderr
