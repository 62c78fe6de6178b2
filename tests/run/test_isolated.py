"""A step's record is the same whether it ran in a fork or in an interpreter of its own: all kinds, both backends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.project import MANIFEST, Project

pytestmark = pytest.mark.slow

SWEEP, EXPORT = "manifests/sweep.yaml", "manifests/export.yaml"
KINDS = {"export", "quantize", "tune", "predict", "evaluate", "compare", "snippet", "benchmark"}
VARIANTS = {
    "pytorch": {
        "backend": "neural-compressor",
        "approach": "static",
        "calibration": {"dataset": {"path": "../demo/train.csv"}, "samples": 40, "batch_size": 8},
        "fallback": {"tolerance": 0.5},
    },
    "onnx": {"backend": "onnxruntime", "approach": "dynamic", "fallback": {"tolerance": 0.5}},
}
PLAIN = {"backend": "onnxruntime", "approach": "none"}
GRID = {"framework": ["onnxruntime", "pytorch"], "per_channel": [False], "operators_to_quantize": [["MatMul"]]}


def without_times(value: Any) -> Any:
    """A result without how long it took, which no two runs have in common."""
    if isinstance(value, dict):
        return {key: without_times(part) for key, part in value.items() if key not in ("seconds", "load")}
    return [without_times(part) for part in value] if isinstance(value, list) else value


def records_of(project: Project) -> dict[str, dict[str, Any]]:
    """What the records hold but for times, by fingerprint."""
    found = {}
    for path in (project.folder / ".cardgen" / "records").glob("*.json"):
        record = json.loads(path.read_bytes())
        result = record["result"]
        if result["kind"] == "benchmark":
            result = {"threads": result["threads"]}
        kept = {key: record[key] for key in ("request", "needs", "environment", "artifact", "versions", "hardware")}
        found[record["fingerprint"]] = {**kept, "result": without_times(result)}
    return found


def test_records_are_the_same_either_way(project: Project, tmp_path: Path) -> None:
    project.edit(variants=VARIANTS, evaluation__limit=80)
    benchmark = {"duration_s": 0.2, "batch_sizes": [1], "input_lengths": [8], "grid": GRID}
    project.write(SWEEP, ["variants"], card="benchmark", benchmark=benchmark, repo_id="me/sweep")
    project.write(EXPORT, card="onnx-export", variants={"onnx": PLAIN}, repo_id="me/export")
    for name in (".cardgen", "cards"):
        (project.folder / name).rename(tmp_path / name)
    fresh = project.copy(tmp_path / "fresh")
    for each, flags in ((project, []), (fresh, ["--isolated"])):
        run = each.run("build", *flags, MANIFEST, SWEEP, EXPORT)
        assert run.returncode == 0, run.stderr
        assert "cannot be forked" not in run.stderr
    forked, isolated = records_of(project), records_of(fresh)
    assert forked == isolated
    ran = {(record["request"]["kind"], record["request"]["backend"]) for record in forked.values()}
    both = {(kind, backend) for kind in KINDS - {"compare"} for backend in ("neural-compressor", "onnxruntime")}
    assert ran == both | {("compare", "onnxruntime")}
