"""Writing files of the user's that are new: nothing that is there is ever overwritten."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cardgen.errors import UsageError, shown
from cardgen.manifest.load import SUFFIXES
from cardgen.manifest.schema import TARGET, schema_text


def refuse_existing(*paths: Path) -> None:
    """Refuse names that are taken, and names of manifests that end in anything but .yaml.

    Raises:
        UsageError: with what to do.
    """
    for path in paths:
        if path.is_dir():
            raise UsageError(f"{shown(path)} is a folder", remedy="Name a file in it: -o FILE.")
        if path.exists() or path.is_symlink():
            raise UsageError(f"{shown(path)} is there already", remedy="Name another file with -o, or move that one.")
        if path.suffix not in (*SUFFIXES, ".md"):
            remedy = f"Name it {path.with_suffix('.yaml').name}."
            raise UsageError(f"{shown(path)} would be a manifest, whose name ends in .yaml", remedy=remedy)


def write_new(files: Mapping[Path, str]) -> None:
    """Write files that must not be there yet: all of them, or none.

    Raises:
        UsageError: one is there, or cannot be written.
    """
    made: list[Path] = []
    try:
        for path, text in files.items():
            _write(path, text, made)
    except UsageError:
        for path in made:
            path.unlink(missing_ok=True)  # half of it would stand in the way of the next try
        raise


def _write(path: Path, text: str, made: list[Path]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            made.append(path)
            stream.write(text)
    except FileExistsError as error:
        if not path.exists():
            remedy = "Name another place with -o."
            raise UsageError(f"{shown(path.parent)} is a file, and no folder", remedy=remedy) from error
        raise UsageError(f"{shown(path)} is there already", remedy="Name another file with -o.") from error
    except OSError as error:
        remedy = "Name another place with -o."
        raise UsageError(f"{shown(path)} cannot be written: {os.strerror(error.errno or 0)}", remedy=remedy) from error


def write_schema(folder: Path) -> None:
    """Put the schema that a manifest's first line names beside it, unless one is there."""
    path = folder / TARGET
    if not path.exists():
        write_new({path: schema_text()})
