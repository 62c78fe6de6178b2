"""Writes into git's configuration who shows and merges evidence and cards, and into its attributes which those are.

The commands in the configuration name the interpreter that runs cardgen now. Where it is gone later, git shows evidence
as it is, and merges as any text is: nothing is lost, and a line says why.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cardgen.errors import OutputError, UsageError, shown
from cardgen.reading import TEXT_BYTES, read_text
from cardgen.records.atomic import write_atomically
from cardgen.review.sides.git import Repository

EVIDENCE = "cardgen-evidence"
CARD = "cardgen-card"
DECISIONS = "cardgen-decisions"
ATTRIBUTES = (
    f"**/cards/*/evidence.json diff={EVIDENCE} merge={EVIDENCE}",
    f"**/cards/*/README.md merge={CARD}",
    f"**/cards/*/*/README.md merge={CARD}",
    f"**/cards/*/*/.eval_results/*.yaml merge={CARD}",
    f"**/cards/*/.eval_results/*.yaml merge={CARD}",
    f"**/cards/*/*/exports/** merge={CARD}",
    f"**/cards/*/exports/** merge={CARD}",
    f"**/cards/*/*/assets/*.svg merge={CARD}",
    f"**/cards/*/assets/*.svg merge={CARD}",
    f"**/reviews/*.yaml merge={DECISIONS}",
)
_COMMENT = "# By `cardgen git install`: evidence is merged record by record, and what is made from it is made anew."
_SECTIONS = (f"diff.{EVIDENCE}", f"merge.{EVIDENCE}", f"merge.{CARD}", f"merge.{DECISIONS}")


@dataclass(frozen=True)
class Installed:
    """What was written."""

    config: Path
    attributes: Path
    settings: dict[str, str]
    changed: bool
    """Whether anything was not as it is now."""


def settings() -> dict[str, str]:
    """Key of the configuration to value."""
    # -P: git starts this in the folder of a repository, which may hold anything, a module called like one of ours too.
    cardgen = f"{shlex.quote(sys.executable)} -P"
    there = f"{cardgen} -c 'import cardgen' 2>/dev/null"
    gone = (
        f"echo {shlex.quote(f'there is no cardgen at {sys.executable} any more: run `cardgen git install` again')} >&2"
    )
    as_text = "git merge-file -L ours -L base -L theirs %A %O %B"

    def driver(what: str) -> str:
        return f"if {there}; then {cardgen} -m cardgen git merge-{what} %O %A %B %P; else {gone}; {as_text}; fi"

    shows = f'f() {{ if {there}; then {cardgen} -m cardgen git show "$1" || cat "$1"; else {gone}; cat "$1"; fi; }}; f'
    return {
        f"diff.{EVIDENCE}.textconv": shows,
        f"diff.{EVIDENCE}.xfuncname": r"^\[.*\]$",
        f"merge.{EVIDENCE}.name": "evidence of cardgen, record by record",
        f"merge.{EVIDENCE}.driver": driver("evidence"),
        f"merge.{CARD}.name": "cards of cardgen, which are made anew",
        f"merge.{CARD}.driver": driver("card"),
        f"merge.{DECISIONS}.name": "decisions of cardgen's reviews, entry by entry",
        f"merge.{DECISIONS}.driver": driver("decisions"),
    }


def install(folder: Path, *, everywhere: bool = False) -> Installed:
    """Write the configuration and the attributes; what is there already is not written twice.

    Args:
        folder: in a working tree.
        everywhere: for all repositories of this user, and none in particular.

    Raises:
        ComparisonError: where the folder is in no repository.
        UsageError: where git cannot write its configuration, or the repository has no working tree.
        OutputError: where the attributes cannot be written.
    """
    scope, attributes = _scope(folder, everywhere)
    wanted, changed = settings(), False
    for key, value in wanted.items():
        if _git(folder, "config", scope, "--get", key, missing=True) != value:
            _git(folder, "config", scope, "--replace-all", key, value)
            changed = True
    before = _attributes(attributes)
    after = [*_others(before), _COMMENT, *ATTRIBUTES]
    if not set(after) <= set(before):
        _write(attributes, after)
        changed = True
    return Installed(_config(folder, scope), attributes, wanted, changed)


def uninstall(folder: Path, *, everywhere: bool = False) -> Installed:
    """Take away what :func:`install` wrote, and nothing else; raises as it does."""
    scope, attributes = _scope(folder, everywhere)
    changed = False
    for section in _SECTIONS:
        if _git(folder, "config", scope, "--get-regexp", f"^{section}\\.", missing=True):
            _git(folder, "config", scope, "--remove-section", section)
            changed = True
    before = _attributes(attributes)
    after = list(_others(before))
    if after != before:
        _write(attributes, after)
        changed = True
    return Installed(_config(folder, scope), attributes, {}, changed)


def _scope(folder: Path, everywhere: bool) -> tuple[str, Path]:
    if everywhere:
        named = _git(folder, "config", "--global", "--type=path", "--get", "core.attributesFile", missing=True)
        home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return "--global", Path(named) if named else Path(home) / "git" / "attributes"
    repository = Repository.around(folder)
    if repository.bare:
        raise UsageError(
            f"{shown(folder)} is a bare repository, which has no files to name the drivers for",
            remedy="Run this in a clone of it, or with --global.",
        )
    return "--local", repository.top / ".gitattributes"


def _config(folder: Path, scope: str) -> Path:
    told = _git(folder, "config", scope, "--show-origin", "--get", f"merge.{CARD}.name", missing=True)
    if told.startswith("file:"):
        name = told.removeprefix("file:").partition("\t")[0]
        return (folder / name).absolute()
    return Path.home() / ".gitconfig" if scope == "--global" else Repository.around(folder).top / ".git" / "config"


def _attributes(path: Path) -> list[str]:
    try:
        return read_text(path, TEXT_BYTES, errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutputError(f"{shown(path)} cannot be read: {error.strerror}") from error


def _others(lines: list[str]) -> Iterator[str]:
    return (line for line in lines if line not in (*ATTRIBUTES, _COMMENT))


def _write(path: Path, lines: list[str]) -> None:
    try:
        if lines:
            write_atomically(path, "\n".join(lines) + "\n")
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{shown(path)} cannot be written: {error.strerror}") from error


def _git(folder: Path, *arguments: str, missing: bool = False) -> str:
    """What git prints; nothing where that is ``missing``.

    Raises:
        UsageError: where it fails.
    """
    run = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    if run.returncode == 1 and missing:
        return ""
    if run.returncode:
        raise UsageError(f"git {arguments[0]} failed: {run.stderr.strip()}")
    return run.stdout.removesuffix("\n")
