"""Files by their paths, whether they lie on the disk or in a commit."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cardgen.errors import shown
from cardgen.manifest.load import declares_project, project_root
from cardgen.reading import TEXT_BYTES, UnreadableFileError, read_bytes
from cardgen.review.sides.blobs import Blobs, Found, lost
from cardgen.review.sides.git import Repository

_EVERY = 0
"""Bytes of a file that is only to be seen."""


class Files(Protocol):
    """One state of a tree of files. Its paths are those of the disk, also where nothing lies there now."""

    def read(self, path: Path, most: int) -> bytes:
        """All of a file; raises as :func:`cardgen.reading.read_bytes`."""

    def is_file(self, path: Path) -> bool:
        """Whether there is a file."""

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder."""

    def project_root(self, manifest: Path) -> Path:
        """See :func:`cardgen.manifest.load.project_root`."""

    def label(self, path: Path) -> str:
        """What a path of this state is called in messages."""

    def absence(self, path: Path) -> str:
        """What to say of a path where nothing is."""


class Disk:
    """What lies there now."""

    def read(self, path: Path, most: int) -> bytes:
        """All of a file."""
        return read_bytes(path, most)

    def is_file(self, path: Path) -> bool:
        """Whether there is a file."""
        return path.is_file()

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder."""
        return path.is_dir()

    def project_root(self, manifest: Path) -> Path:
        """The nearest folder above that is a project."""
        return project_root(manifest)

    def label(self, path: Path) -> str:
        """The path as a user would type it."""
        return shown(path)

    def absence(self, path: Path) -> str:
        """That nothing is there, or nothing that can be read."""
        if path.exists():
            return "is not a regular file"
        return "is a link that leads to nothing" if path.is_symlink() else "does not exist"


@dataclass(frozen=True)
class Commit:
    """What a commit of git holds."""

    repository: Repository
    blobs: Blobs
    commit: str
    """Hex digits."""
    revision: str
    """What the reader calls it."""
    _roots: dict[Path, Path] = field(default_factory=dict)

    def read(self, path: Path, most: int) -> bytes:
        """All of a file."""
        found = self._find(path, most)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        if found.kind == "folder":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if found.kind == "link":
            leads = found.content.decode(errors="replace")
            raise UnreadableFileError(path, f"it is a link that leads to nothing in the commit: {leads}")
        return found.content

    def is_file(self, path: Path) -> bool:
        """Whether there is a file, or a link that leads out of the commit."""
        try:
            found = self._find(path, _EVERY)
        except OSError:  # it is too long to be read, as every file is
            return True
        return found is not None and found.kind != "folder"

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder."""
        try:
            found = self._find(path, _EVERY)
        except OSError:
            return False
        return found is not None and found.kind == "folder"

    def project_root(self, manifest: Path) -> Path:
        """The nearest folder above that was a project in this commit."""
        return self._root_of(manifest.absolute().parent)

    def label(self, path: Path) -> str:
        """The path behind the revision, as git itself writes it."""
        return f"{self.revision}:{self.repository.path_of(path)}"

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """All files, links among them: path from the repository's top to git's hash of the content."""
        return dict(self.repository.listing(self.commit))

    def absence(self, path: Path) -> str:
        """That the commit has nothing there, or not itself."""
        submodule = self.repository.submodule_of(self.commit, self.repository.path_of(path))
        if submodule is not None:
            return f"lies in the submodule {submodule}, which is a repository of its own: compare it in there"
        return "does not exist"

    def _find(self, path: Path, most: int) -> Found | None:
        within = self.repository.path_of(path)
        if within.startswith("../"):
            raise UnreadableFileError(path, "it is outside of the repository")
        found = self.blobs.read(self.commit, "" if within == "." else within, most)
        if found is None and within in self.paths:
            raise lost(self.label(path))
        return found

    def _root_of(self, folder: Path) -> Path:
        if folder not in self._roots:
            is_top = self.repository.path_of(folder) == "." or folder == folder.parent
            self._roots[folder] = folder if is_top or self._is_project(folder) else self._root_of(folder.parent)
        return self._roots[folder]

    def _is_project(self, folder: Path) -> bool:
        if self.is_file(folder / "cardgen.toml"):
            return True
        try:
            return declares_project(self.read(folder / "pyproject.toml", TEXT_BYTES))
        except OSError:
            return False
