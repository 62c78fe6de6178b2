"""A repository of git with cards in it, for tests of what compares its states."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from cardgen.card.assemble import card_place
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.write import write_card
from tests.factory import make_evidence, manifest_data

AUTHOR = "A Person <person@example.org>"
_ENVIRON = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
}


@dataclass(frozen=True)
class CardRepository:
    """A folder that is one."""

    folder: Path

    @classmethod
    def new(cls, folder: Path, *options: str) -> Self:
        """An empty repository, whose branch is ``main``; options are those of ``git init``."""
        folder.mkdir(parents=True)
        made = cls(folder)
        made.git("init", "--quiet", "--initial-branch=main", *options)
        made.git("config", "user.name", AUTHOR.partition(" <")[0])
        made.git("config", "user.email", AUTHOR.partition("<")[2].rstrip(">"))
        return made

    def git(self, *arguments: str) -> str:
        """What a git command prints, which must go well."""
        run = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, **_ENVIRON},
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def commit(self, message: str = "Change what there is") -> str:
        """Commit all that there is; the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def write(self, path: str, text: str) -> Path:
        """Write a file."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
        return place

    def manifest(self, name: str, **changes: Any) -> Path:
        """Write a manifest in the folder ``manifests`` of the repository."""
        data = manifest_data(**{"repo_id": f"owner/{name}", **changes})
        return self.write(f"manifests/{name}.yaml", yaml.safe_dump(data, sort_keys=False))

    def card(self, name: str, values: Mapping[str, float] | None = None, **changes: Any) -> Path:
        """Write a manifest, and the card that it asks for, of figures that were chosen; the manifest."""
        path = self.manifest(name, **changes)
        self.build(path, values)
        return path

    def build(self, manifest: Path, values: Mapping[str, float] | None = None) -> None:
        """Write the card of a manifest, as if it had been measured."""
        loaded = load_manifest(manifest)
        evidence = make_evidence(loaded.manifest, values)
        place = card_place(loaded)
        files = card_files(loaded, evidence, place)
        write_card(loaded, place, files, evidence, overwrite=True, log=lambda _line: None)

    def contents(self) -> dict[str, str]:
        """SHA-256 of every file, those of git included, to see that nothing was written."""
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
