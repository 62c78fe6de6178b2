"""Merges files as git merges any text, by git itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

_ERROR = 128
"""From here on the exit code of `git merge-file` is no number of conflicts."""


def merge_texts(base: Path, ours: Path, theirs: Path) -> bool:
    """Write the merge of three texts over ``ours``; whether there was no conflict.

    Raises:
        OSError: where git cannot be started, or cannot merge them, as of files that are no text.
    """
    labels = ("-L", "ours", "-L", "base", "-L", "theirs")
    run = subprocess.run(
        ["git", "merge-file", "--quiet", *labels, "--", str(ours), str(base), str(theirs)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if not 0 <= run.returncode < _ERROR:
        raise OSError(f"git merge-file: {run.stderr.strip()}")
    return run.returncode == 0
