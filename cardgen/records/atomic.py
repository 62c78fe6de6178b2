"""Files that are written at once or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cardgen.patterns import regex

_UNFINISHED = regex(r"\..+\.([1-9][0-9]{0,8})\.tmp", re.DOTALL)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace ``path`` by ``content`` in one step; a reader sees the old file or the new one, never a part.

    Text is written as UTF-8, its line ends as they are.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what :func:`write_atomically` left in a folder where it was killed; the process is told by the name."""
    for path in folder.glob(".*.tmp"):
        process = _UNFINISHED.fullmatch(path.name)
        if process and not _lives(int(process[1])):
            path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
