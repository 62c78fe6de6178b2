"""The commits that a review compares, where the checkout of a job lacks them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from cardgen.errors import ComparisonError
from cardgen.review.github.event import Event

_DEPTHS = (50, 500)
"""Commits that are asked for before all are: most branches parted a few commits ago."""
_FETCH = ("--quiet", "--no-tags", "--no-recurse-submodules")
_REMEDY = "Let actions/checkout fetch all: `with: {fetch-depth: 0}`."


def common_ancestor(folder: Path, event: Event, say: Callable[[str], None]) -> str:
    """The commit that head and base parted at, after what is missing was fetched from where the checkout came from.

    Where the two have no commit in common, as after a base that was written anew, it is the base itself.

    Raises:
        ComparisonError: where a commit cannot be had.
    """
    base = _base(folder, event, say)
    _get(folder, event.head, f"+refs/pull/{event.number}/head" if event.number else None)
    found = _merge_base(folder, base, event.head)
    for depth in _DEPTHS:
        if found is None and _is_shallow(folder):
            _git(folder, "fetch", *_FETCH, f"--depth={depth}", "origin", base, event.head)
            found = _merge_base(folder, base, event.head)
    if found is None and _is_shallow(folder):
        _git(folder, "fetch", *_FETCH, "--unshallow", "origin", base, event.head)
        found = _merge_base(folder, base, event.head)
    if found is None:
        say(f"{base[:10]} and {event.head[:10]} have no commit in common: compared as they are")
    return found or base


def _base(folder: Path, event: Event, say: Callable[[str], None]) -> str:
    """The commit that the base branch was at; where it is gone since somebody forced another one, where it is now."""
    if _has(folder, event.base) or _fetched(folder, event.base):
        return event.base
    branch = f"refs/heads/{event.base_branch}"
    if not _fetched(folder, branch):
        message = f"neither {event.base[:10]} nor the branch {event.base_branch} can be fetched"
        raise ComparisonError(message, remedy=_REMEDY)
    now = _git(folder, "rev-parse", "FETCH_HEAD")
    say(f"{event.base_branch} was written anew: compared with where it is now, {now[:10]}")
    return now


def _get(folder: Path, commit: str, ref: str | None) -> None:
    if not (
        _has(folder, commit) or _fetched(folder, commit) or (ref and _fetched(folder, ref) and _has(folder, commit))
    ):
        raise ComparisonError(f"the commit {commit[:10]} cannot be fetched", remedy=_REMEDY)


def _fetched(folder: Path, what: str) -> bool:
    depth = ("--depth=1",) if _is_shallow(folder) else ()
    return _run(folder, "fetch", *_FETCH, *depth, "origin", what).returncode == 0


def _has(folder: Path, commit: str) -> bool:
    return _run(folder, "cat-file", "-e", f"{commit}^{{commit}}").returncode == 0


def _merge_base(folder: Path, base: str, head: str) -> str | None:
    run = _run(folder, "merge-base", base, head)
    return run.stdout.strip() if run.returncode == 0 else None


def _is_shallow(folder: Path) -> bool:
    return _git(folder, "rev-parse", "--is-shallow-repository") == "true"


def _git(folder: Path, *arguments: str) -> str:
    run = _run(folder, *arguments)
    if run.returncode:
        said = (run.stderr.strip().splitlines() or [f"it ended with {run.returncode}"])[0]
        raise ComparisonError(f"git {arguments[0]} failed: {said.removeprefix('fatal: ')}", remedy=_REMEDY)
    return run.stdout.strip()


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
    )
