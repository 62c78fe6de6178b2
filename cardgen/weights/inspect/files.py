"""Where the files of a model come from: a folder here, or a repository of the Hub."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

from cardgen.catalog.suggest import nearest
from cardgen.errors import ModelFilesError
from cardgen.reading import open_file
from cardgen.records.inspection import InspectedFile
from cardgen.weights.pointer import REMEDY, holds_pointer

CHUNK_BYTES = 1 << 20
_MOST_NAMES = 8


class ModelFiles(Protocol):
    """The files of one model, of which parts can be read."""

    @property
    def label(self) -> str:
        """What the reader called it."""

    @property
    def sizes(self) -> dict[str, int]:
        """POSIX paths, sorted, to bytes."""

    @property
    def chosen(self) -> str | None:
        """The one file that was named, among others that may belong to it; ``None`` where it was a whole model."""

    def named(self, suffix: str) -> list[str]:
        """The files of this ending that were named: the chosen one, or all at the top, or else all below."""

    def read(self, name: str, start: int, length: int) -> bytes:
        """So many bytes from a place; fewer where the file ends before.

        Raises:
            ModelFilesError: where it cannot be read.
        """

    def sha256(self, name: str) -> str | None:
        """64 hex digits, or ``None`` where that would need all of a file that is far away."""


class FolderFiles:
    """The files of a folder, or one file of it."""

    def __init__(self, path: Path, label: str, *, chosen: str | None = None) -> None:
        """List them.

        Args:
            path: a folder, or a file among others that may belong to it.
            label: what the reader called it.
            chosen: the one file that is meant, relative to a folder.

        Raises:
            ModelFilesError: where there is none.
        """
        self.label = label
        try:
            whole = path.is_dir()
            found: Iterable[Path] = path.rglob("*") if whole else path.parent.iterdir() if path.exists() else ()
            self.chosen = chosen if whole else path.name
            self.folder = path if whole else path.parent
            self.sizes = {
                name.as_posix(): (self.folder / name).stat().st_size
                for name in sorted(file.relative_to(self.folder) for file in found if file.is_file())
                if not any(part.startswith(".") for part in name.parts)
            }
            there = path.exists()
        except OSError as error:
            raise unreadable(label, error) from error
        if not there:
            raise ModelFilesError(f"{label} does not exist", remedy="Name a folder, a file, or owner/name of the Hub.")
        if chosen is not None and chosen not in self.sizes:
            meant = nearest(chosen, self.sizes)
            remedy = f"Did you mean {meant}?" if meant else f"It holds {_some(list(self.sizes))}."
            raise ModelFilesError(f"{label} holds no file {chosen}.", remedy=remedy)

    def named(self, suffix: str) -> list[str]:
        """The files of this ending that were named."""
        return named(self, suffix)

    def read(self, name: str, start: int, length: int) -> bytes:
        """So many bytes from a place; fewer where the file ends before."""
        try:
            with open_file(self.folder / PurePosixPath(name)) as stream:
                stream.seek(start)
                return stream.read(length)
        except OSError as error:
            raise ModelFilesError(f"{self.label}: {name} cannot be read: {error.strerror}") from error

    def sha256(self, name: str) -> str:
        """64 hex digits; all of the file is read for it."""
        digest = hashlib.sha256()
        try:
            with open_file(self.folder / PurePosixPath(name)) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
        except OSError as error:
            raise ModelFilesError(f"{self.label}: {name} cannot be read: {error.strerror}") from error
        return digest.hexdigest()


def unreadable(label: str, error: OSError) -> ModelFilesError:
    """What to raise of a place that the system does not let anybody look at."""
    why = error.strerror or str(error)
    return ModelFilesError(f"{label} cannot be read: {why}", remedy="Name a folder or a file that can be.")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return (", ".join(names[:_MOST_NAMES]) or "no file") + more


def named(files: ModelFiles, suffix: str) -> list[str]:
    """What :meth:`ModelFiles.named` gives, wherever the files are."""
    names = files.sizes if files.chosen is None else (files.chosen,)
    ending = [name for name in names if name.endswith(suffix)]
    return [name for name in ending if "/" not in name] or ending


def listed(files: ModelFiles, names: Iterable[str]) -> tuple[InspectedFile, ...]:
    """Files as they are told, without their hashes."""
    return tuple(InspectedFile(path=name, size_bytes=files.sizes[name], sha256=None) for name in names)


def refuse_pointer(files: ModelFiles, name: str, content: bytes) -> None:
    """Say that a file is a pointer of Git LFS, where it is one.

    Raises:
        ModelFilesError: where ``content``, its first bytes, is such a pointer.
    """
    if holds_pointer(content):
        raise ModelFilesError(f"{files.label}: {name} is a Git LFS pointer, and not the content itself.", remedy=REMEDY)
