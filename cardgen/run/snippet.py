"""Runs the loading code of a card as a reader would: a fresh interpreter, and a folder laid out like the repository."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cardgen.errors import StepError
from cardgen.records.request import SnippetRequest
from cardgen.run.lifetime import end_with_parent
from cardgen.run.quiet import OFFLINE, QUIET

OUTPUT_CHARACTERS = 2000
"""How much a record keeps of what the code prints."""

_DETAIL_CHARACTERS = 6000
_TRACEBACK = "Traceback (most recent call last):\n"


class LoadingCodeError(StepError):
    """The code that a card prints does not run."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(
            message,
            remedy="A card is not written with code that fails. Check that the base model's own configuration and "
            "tokenizer load from its folder, or report this.",
        )
        self.detail = detail
        """The end of what the code printed to standard error."""


def run_loading_code(request: SnippetRequest, artifact: Path, scratch: Path) -> str:
    """Run the code of ``request`` in a child process, which is in this process's group and so ends with it.

    Args:
        request: the code, and where in the repository it expects the artifact.
        artifact: the artifact's folder, or that of what somebody else made.
        scratch: an absolute folder that the child runs in.

    Returns:
        What the code printed to standard output.

    Raises:
        LoadingCodeError: if it does not run to its end.
    """
    repository = scratch / "repository"
    _lay_out(artifact, repository / request.folder, request.files)
    program = scratch / "loading_code.py"
    program.write_text(place_model(request.code, request.repo_id, str(repository)), encoding="utf-8")
    # -P: a reader's own folder holds nothing that the code could import by mistake, and neither must this one.
    done = subprocess.run(
        [sys.executable, "-P", str(program)],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=scratch,
        env=_environ(),
        encoding="utf-8",
        errors="replace",
        preexec_fn=end_with_parent,
    )
    if done.returncode != 0:
        raise LoadingCodeError(
            f"The loading code that the card prints fails: {_reason(done.returncode, done.stderr)}",
            detail=done.stderr[-_DETAIL_CHARACTERS:],
        )
    return done.stdout


def place_model(code: str, repo_id: str, folder: str) -> str:
    """``code`` with ``folder`` where it says ``model_id = "<repo_id>"``, and otherwise as it is.

    Raises:
        LoadingCodeError: if it is not Python, or says no such thing.
    """
    try:
        statements = ast.parse(code).body
    except SyntaxError as error:
        raise LoadingCodeError(f"The loading code that the card prints is not Python: {error}") from error
    named = [
        statement.value
        for statement in statements
        if isinstance(statement, ast.Assign)
        and [ast.unparse(target) for target in statement.targets] == ["model_id"]
        and isinstance(statement.value, ast.Constant)
        and statement.value.value == repo_id
    ]
    if not named:
        raise LoadingCodeError(f"The loading code that the card prints does not say `model_id = {repo_id!r}`.")
    lines = code.encode().splitlines(keepends=True)  # ast counts columns in bytes
    for value in reversed(named):
        assert value.end_lineno is not None
        assert value.end_col_offset is not None
        before = lines[value.lineno - 1][: value.col_offset]
        after = lines[value.end_lineno - 1][value.end_col_offset :]
        lines[value.lineno - 1 : value.end_lineno] = [before + ascii(folder).encode() + after]
    return b"".join(lines).decode()


def _lay_out(artifact: Path, folder: Path, files: Sequence[str]) -> None:
    """Put an artifact's files where they will be published: real folders and files, since libraries search them."""
    named = [artifact / name for name in files]
    for source in named or sorted(path for path in artifact.rglob("*") if path.is_file()):
        place = folder / source.relative_to(artifact)
        place.parent.mkdir(parents=True, exist_ok=True)
        if named:  # of a person's: a hard link to it would change its time of change
            shutil.copyfile(source, place)
            continue
        try:
            place.hardlink_to(source.resolve())
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(source, place)


def _environ() -> dict[str, str]:
    """This process's variables without what leads to cardgen's own code, to the network or to a Hub token."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and not (name.startswith("HUGGING") or (name[:3] == "HF_" and "TOKEN" in name))
    }
    return kept | {
        "PYTHONNOUSERSITE": "1",
        "PYTHONIOENCODING": "utf-8",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        "HF_TOKEN_PATH": os.devnull,
        **QUIET,
        **dict.fromkeys(OFFLINE, "1"),
    }


def _reason(status: int, stderr: str) -> str:
    """Why a Python process failed: its exception, of which the message may go on over several lines."""
    if status < 0:
        return f"it was ended by {signal.Signals(-status).name}"
    after = stderr.rpartition(_TRACEBACK)
    lines = [line for line in after[2].splitlines() if line.strip()]
    if after[1]:
        lines = [line for line in lines if not line[0].isspace()][:1]
    return lines[-1].strip() if lines else f"it ended with status {status}"
