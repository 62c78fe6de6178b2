"""Pointers of Git LFS: the few lines that git keeps in the place of a large file until it is fetched.

The format: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md. A pointer is smaller than 1024 bytes, and begins
with the line of its version.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cardgen.reading import CONFIG_BYTES, read_bytes
from cardgen.weights.fault import ModelFault

SMALLER_THAN_BYTES = 1024
"""Any pointer is."""
_VERSION = b"version https://git-lfs.github.com/spec/"
_OLD_VERSION = b"version https://hawser.github.com/spec/"

REMEDY = "Fetch what it stands for with `git lfs install` and `git lfs pull`, in the repository that it is of."


def is_pointer(file: Path) -> bool:
    """Whether a file is a pointer to another.

    Raises:
        OSError: where it cannot be read.
    """
    if not file.is_file() or file.stat().st_size >= SMALLER_THAN_BYTES:
        return False
    return holds_pointer(read_bytes(file, CONFIG_BYTES))


def holds_pointer(content: bytes) -> bool:
    """Whether a file with this content is a pointer to another."""
    return len(content) < SMALLER_THAN_BYTES and content.startswith((_VERSION, _OLD_VERSION))


def pointer_faults(folder: Path, names: Iterable[str]) -> list[ModelFault]:
    """That files of a model are pointers, where some are.

    Args:
        folder: the model's.
        names: of the files that are read, as POSIX paths.
    """
    found = [name for name in names if is_pointer(folder / name)]
    if not found:
        return []
    named = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
    are = "is a Git LFS pointer" if len(found) == 1 else "are Git LFS pointers"
    return [ModelFault(f"In the base model's folder {named} {are}, and not the content itself.", REMEDY)]
