"""Annotations of GitHub Actions, which are shown beside the lines of a pull request.

The format is that of GitHub's documentation, "Workflow commands for GitHub Actions"; the escapes are those of
``@actions/core``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

Level = Literal["error", "warning", "notice"]

SHOWN_OF_A_LEVEL = 10
"""Annotations of one level that GitHub shows of a step."""


def annotation(level: Level, message: str, **properties: str | int) -> str:
    """One workflow command, without the end of its line.

    Args:
        level: how it is shown.
        message: may have several lines.
        properties: ``file``, ``line``, ``col``, ``title``.
    """
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{level} {listed}::{_data(message)}"


def file_from(root: Path, path: Path) -> str:
    """A file as GitHub knows it: from the root of the repository, unless it lies elsewhere."""
    whole = Path(os.path.normpath(path.absolute()))
    return (whole.relative_to(root) if whole.is_relative_to(root) else path).as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
