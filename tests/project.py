"""A real project for slow tests: the demo's, made once a session and copied for each test that changes it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-m", "cardgen")
MANIFEST = "manifests/unicode-names.yaml"


def environ() -> dict[str, str]:
    """The environment variables of a cardgen process in tests."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def read_evidence(path: Path) -> dict[str, Any]:
    """Evidence as plain data, its records as a list, each with its ``step``."""
    data = json.loads(path.read_bytes())
    assert isinstance(data, dict)
    return {**data, "records": [{"step": name, **record} for name, record in data["records"].items()]}


@dataclass(frozen=True)
class Project:
    """A folder with a manifest, its inputs and perhaps a store and a card."""

    folder: Path

    def run(self, *arguments: str, prefix: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run a cardgen command here."""
        command = [*prefix, *COMMAND, *arguments]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, env=environ(), timeout=600
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a cardgen command here; standard error can be read as it goes."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ(),
        )

    def build(self, *arguments: str) -> dict[str, Any]:
        """Build the manifest; it must go well. What ``--json`` reports."""
        run = self.run("build", "--json", *arguments, MANIFEST)
        assert run.returncode == 0, run.stderr
        (report,) = json.loads(run.stdout)
        assert isinstance(report, dict)
        return report

    def edit(self, **changes: Any) -> None:
        """Change keys of the manifest; ``evaluation__limit=5`` stands for ``evaluation: {limit: 5}``."""
        path = self.folder / MANIFEST
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, value in changes.items():
            *parents, key = name.split("__")
            place = data
            for parent in parents:
                place = place[parent]
            place[key] = value
        path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")

    def write(self, name: str, without: Sequence[str] = (), **changes: Any) -> None:
        """Write another manifest, which differs from the first in some keys."""
        data = yaml.safe_load((self.folder / MANIFEST).read_text(encoding="utf-8"))
        kept = {key: value for key, value in data.items() if key not in without}
        (self.folder / name).write_text(yaml.safe_dump({**kept, **changes}, sort_keys=False), encoding="utf-8")

    def forget(self, kind: str, backend: str) -> None:
        """Remove the records of some steps from the store, and the committed card, which repeats them."""
        for path in (self.folder / ".cardgen" / "records").iterdir():
            request = json.loads(path.read_bytes())["request"]
            if (request["kind"], request["backend"]) == (kind, backend):
                path.unlink()
        shutil.rmtree(self.folder / "cards", ignore_errors=True)

    def keep_only(self, variant: str) -> None:
        """Remove every other variant from the manifest."""
        path = self.folder / MANIFEST
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.edit(variants={variant: data["variants"][variant]})

    @property
    def card(self) -> Path:
        """The card's folder."""
        return self.folder / "cards" / "unicode-names"

    def evidence(self) -> dict[str, Any]:
        """The card's evidence as plain data."""
        return read_evidence(self.card / "evidence.json")

    def copy(self, to: Path) -> Project:
        """The same project elsewhere."""
        shutil.copytree(self.folder, to)
        return Project(to)
