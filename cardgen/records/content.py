"""Hashes of files and folders: what a local input or an artifact is, whatever its name and place."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from cardgen.reading import open_file
from cardgen.records.canonical import fingerprint
from cardgen.records.record import ArtifactFile


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits."""
    with open_file(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_under(folder: Path) -> list[Path]:
    """Every regular file under ``folder``, in the order of their paths; links to files and to folders are followed."""
    return sorted(path for path in _entries(folder) if path.is_file())


def irregular_files(folder: Path) -> list[str]:
    """Relative POSIX paths of pipes, devices and the like under ``folder``, which a library would read for ever."""
    found = [path for path in _entries(folder) if path.exists() and not path.is_file() and not path.is_dir()]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def list_files(folder: Path) -> tuple[ArtifactFile, ...]:
    """Every file under ``folder``, in the order of their paths."""
    return tuple(
        ArtifactFile(path=path.relative_to(folder).as_posix(), bytes=path.stat().st_size, sha256=file_sha256(path))
        for path in files_under(folder)
    )


def unlisted_files(folder: Path, listed: Collection[str]) -> list[str]:
    """Paths of what lies under ``folder``, but for folders, and is not among ``listed``; hidden files are passed over.

    Those cannot change what a model computes, and file managers leave some.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in _entries(folder))
    return [name for name in names if name not in listed and not _is_hidden(name)]


def bears_on_results(path: str) -> bool:
    """Whether a file of a model's folder, by its relative POSIX path, can change what the model computes.

    Hidden files and folders and README.md cannot, and a model's own card may be edited.
    """
    return path != "README.md" and not _is_hidden(path)


def content_sha256(path: Path) -> str:
    """What a local input is.

    A file is its bytes. A folder is the sorted list of its files' relative paths and hashes, but for those that bear on
    nothing (:func:`bears_on_results`).
    """
    if path.is_file():
        return file_sha256(path)
    files = {file.path: file.sha256 for file in list_files(path) if bears_on_results(file.path)}
    return fingerprint(files)


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _entries(folder: Path) -> Iterator[Path]:
    """All that lies under a folder, but for folders; a link to a folder around it is not followed."""
    for where, folders, names in os.walk(folder, followlinks=True):
        place = Path(where)
        circles = [name for name in folders if (place / name).is_symlink() and _is_around(place / name, place)]
        folders[:] = [name for name in folders if name not in circles]
        yield from (place / name for name in (*names, *circles))


def _is_around(folder: Path, place: Path) -> bool:
    """Whether ``place`` is the folder that ``folder`` leads to, or is in it."""
    return place.resolve().is_relative_to(folder.resolve())
