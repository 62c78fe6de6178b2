"""Hashes of files and folders: what a local input or an artifact is, whatever its name and place."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from cardgen.records.canonical import fingerprint
from cardgen.records.record import ArtifactFile


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def list_files(folder: Path) -> tuple[ArtifactFile, ...]:
    """Every file under ``folder``, in the order of their paths."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        ArtifactFile(path=path.relative_to(folder).as_posix(), bytes=path.stat().st_size, sha256=file_sha256(path))
        for path in paths
    )


def unlisted_files(folder: Path, listed: Collection[str]) -> list[str]:
    """Paths of what lies under ``folder``, but for folders, and is not among ``listed``; hidden files are passed over.

    Those cannot change what a model computes (see :func:`content_sha256`), and file managers leave some.
    """
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = sorted(path.relative_to(folder).as_posix() for path in found)
    return [name for name in names if name not in listed and not is_hidden(name)]


def is_hidden(path: str) -> bool:
    """Whether a relative POSIX path is of a hidden file, or of one in a hidden folder."""
    return any(part.startswith(".") for part in path.split("/"))


def content_sha256(path: Path) -> str:
    """What a local input is.

    A file is its bytes. A folder is the sorted list of its files' relative paths and hashes, without hidden files and
    folders and without README.md: neither can change what a model computes, and a model's own card may be edited.
    """
    if path.is_file():
        return file_sha256(path)
    files = {
        file.path: file.sha256 for file in list_files(path) if file.path != "README.md" and not is_hidden(file.path)
    }
    return fingerprint(files)
