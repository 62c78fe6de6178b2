"""Hashes of files and folders: what a local input or an artifact is, whatever its name and place."""

from __future__ import annotations

import hashlib
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


def content_sha256(path: Path) -> str:
    """What a local input is.

    A file is its bytes. A folder is the sorted list of its files' relative paths and hashes, without hidden files and
    folders and without README.md: neither can change what a model computes, and a model's own card may be edited.
    """
    if path.is_file():
        return file_sha256(path)
    files = {
        file.path: file.sha256
        for file in list_files(path)
        if file.path != "README.md" and not any(part.startswith(".") for part in file.path.split("/"))
    }
    return fingerprint(files)
