"""A project of one variant that others made and evaluation tools measured: it builds without any environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from cardgen.manifest.load import load_manifest
from cardgen.pipeline.build import Built, build
from cardgen.run.progress import Silent
from tests.results.lm_eval_file import lm_eval_file

BASE = lm_eval_file("org/model", {"colours": {"acc": 0.8}})
W4 = lm_eval_file("owner/model-w4", {"colours": {"acc": 0.76}})


class Listening(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []

    def log(self, line: str) -> None:
        self.said.append(line)


def project(root: Path, files: dict[str, str], base: list[Any], w4: list[Any], **changes: Any) -> Path:
    """A manifest of one variant that others made, with results files beside it."""
    (root / "cardgen.toml").touch()
    for name, text in files.items():
        path = root / "manifests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    w4_keys = {"backend": "elsewhere", "approach": "weight-only", "scheme": "W4A16", "results": w4}
    data = {
        "version": 1,
        "repo_id": "owner/model-w4",
        "card": "quantized",
        "title": "W4A16 model",
        "task": "text-generation",
        "base_model": {"id": "org/model", "precision": "BF16", **({"results": base} if base else {})},
        "metadata": {"license": "apache-2.0"},
        "variants": {"w4": w4_keys},
        **changes,
    }
    path = root / "manifests" / "model.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path


def built(path: Path, reporter: Silent | None = None) -> Built:
    return build(load_manifest(path), reporter=reporter)
