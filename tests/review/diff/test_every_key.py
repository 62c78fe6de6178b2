"""No key of a manifest changes without a word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cardgen.manifest.model import Manifest
from cardgen.review.diff.compare import compare
from cardgen.review.state import State
from tests.factory import COMMIT, manifest_data

Path = tuple[str | int, ...]

_SOURCE = {"name": "Somebody", "url": "https://example.org/card", "date": "2026-01-02"}
_DATASET = {"id": "owner/other", "name": "Other", "config": "main", "split": "test", "revision": COMMIT}
_REPORT = {
    "metric": "accuracy", "value": "0.91", "baseline": "0.92", "scale": "fraction", "samples": 100, "size_mb": "65.2",
    "baseline_size_mb": "260.1", "made_with": "A tool", "fallback_modules": ["classifier"], "total_modules": 6,
    "tolerance": 0.01, "batch_size": 1, "input_length": 128, "latency_ms": "12.5", "samples_per_s": "80.1",
    "calibration": {"dataset": "Other", "split": "train", "asked": 100, "seen": 104, "batch_size": 8},
    "note": "Of one machine.", "source": _SOURCE, "dataset": _DATASET,
}  # fmt: skip


def everything() -> dict[str, Any]:
    """A manifest of every key, whether they go together or not."""
    data = manifest_data()
    data["base_model"] |= {"card": "card.md", "trust_remote_code": False}
    data["base_model"] |= {"results": [{"path": "base.json", "model": "out/base"}]}
    data["variants"]["onnx"] |= {"results": [{"path": "onnx.json", "model": "out/onnx"}]}
    data["metadata"] |= {"license_name": "a", "license_link": "b", "datasets": ["owner/data"], "tags": ["one"]}
    data["publish"] = {"repositories": "one", "collection": "Some", "exports": ["cyclonedx"]}
    data["metadata"] |= {"widget": [{"text": "Hello"}]}
    data["variants"]["pytorch"]["calibration"] |= {"split": "train", "seed": 1, "dataset": _DATASET}
    data["variants"]["onnx"] |= {
        "fallback": {"tolerance": 0.01, "absolute": False, "dataset": _DATASET, "split": "train"},
        "options": {
            "per_channel": True, "reduce_range": True, "operators": ["MatMul"], "exclude_nodes": ["a"], "opset": 17
        },
    }  # fmt: skip
    data["evaluation"]["dataset"] |= {"name": "Data", "revision": COMMIT}
    data["evaluation"] |= {
        "labels": {"0": "negative"}, "primary": "accuracy", "scales": {"accuracy": "fraction"}, "batch_size": 4,
        "limit": {"samples": 100, "seed": 3},
        "leaderboard": {"id": "owner/board", "task_id": "one", "revision": COMMIT},
    }  # fmt: skip
    data["benchmark"] = {
        "duration_s": 3.0, "warmup_runs": 1, "batch_sizes": [1], "input_lengths": [128], "threads": 2,
        "calibration": {"dataset": _DATASET, "split": "train", "batch_size": 2, "seed": 1, "samples": 9},
        "parameters": {"threads": 4}, "machine": {"cpu": "A"},
        "grid": {
            "framework": ["onnxruntime"], "apply_quantization": [True], "operators_to_quantize": [["MatMul"]],
            "per_channel": [False], "reduce_range": [True], "exclude_nodes": [["a"]], "opset": [17],
            "threads": [2, 4], "approach": ["dynamic", "static"], "calibration_samples": [8],
        },
    }  # fmt: skip
    data["reported"] = [
        {**_REPORT, "variant": "pytorch"}, {**_REPORT, "parameters": {"threads": 1}}, {**_REPORT, "metric": "f1"}
    ]  # fmt: skip
    data["prose"] = {"summary": "Some words."}
    data["details"] = {"authors": "Somebody", "training": {"objectives": "Some."}}
    data["citation"] = {"type": "misc", "key": "a", "fields": {"title": "T"}}
    return data


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for key, each in items for leaf in leaves(each, (*path, key))]
    yield from found or [path]


def other(value: Any, key: str | int) -> Any:
    backends = {"onnxruntime": "neural-compressor", "neural-compressor": "onnxruntime"}
    choices = {
        "one": "per-variant",
        "cyclonedx": "every-eval-ever",
        "fraction": "percent",
        "static": "dynamic",
        "dynamic": "static",
        "onnxruntime": "pytorch",
    }
    choices |= backends if key == "backend" else {}
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 1.5
    return choices.get(value) or (f"{value}5" if value[:1].isdigit() and "." in value else f"{value}x")


def state(data: dict[str, Any]) -> State:
    manifest = Manifest.model_validate(data)
    return State("model", "model.yaml", manifest, prose=dict(manifest.prose))


SILENT = {("version",), ("base_model", "card"), ("variants", "pytorch", "calibration", "dataset", "split")}
"""There is one version; what a card takes over from its base model is compared by its text; a calibration that names a
split itself does not read that of its dataset."""


@pytest.mark.parametrize("path", [path for path in leaves(everything()) if path not in SILENT], ids=str)
def test_a_key_that_changed_is_told(path: Path) -> None:
    data = json.loads(json.dumps(everything()))  # so that nothing is in it twice
    place: Any = data
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = other(place[path[-1]], path[-1])
    assert compare(state(everything()), state(data)).changes


def test_a_template_that_changed_is_told() -> None:
    data = manifest_data(card="mine.md.jinja")
    old, new = (State(**{**vars(state(data)), "template": text}) for text in ("{{ title }}", "{{ repo_id }}"))
    assert [change.place for change in compare(old, new).changes] == ["template"]


def test_a_list_that_was_empty_is_not_told_beside_what_it_holds() -> None:
    old, new = manifest_data(), manifest_data()
    new["variants"]["onnx"] |= {"results": [{"path": "onnx.json"}]}
    told = [each.place for each in compare(state(old), state(new)).changes]
    assert told == ["variants.onnx.results.0.path"]
