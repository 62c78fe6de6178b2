"""Golden cards with what is made beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def committed(folder: Path) -> dict[str, str]:
    """What is committed of a case, but for what it is made from: path to content."""
    paths = [folder / "README.md", *folder.rglob("assets/*.svg"), *folder.glob("*/README.md")]
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in paths}


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write a case anew, and remove what it does not have any more."""
    for path in committed(folder):
        (folder / path).unlink()
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
