"""The checkout beside which times are measured: of one commit, with a virtual environment of its own.

Both run in turns, so that what else the machine does slows both. The backend environments are the same ones.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from tests.bench.processes import CARDGEN, ROOT
from tests.bench.table import Row, duration

COMMIT = "45f2996bf47071387995dd24bfd39a73bc86be6c"
NAME = COMMIT[:7]

Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Checkout:
    """A version of cardgen."""

    name: str
    """Part of a folder's name."""
    folder: Path
    cardgen: str
    """Its command."""


OURS = Checkout("ours", ROOT, CARDGEN)


@cache
def earlier() -> Checkout:
    """The earlier one, made unless ``build/`` has it.

    Raises:
        SystemExit: where this clone does not have the commit, or its environment cannot be made.
    """
    folder = ROOT / "build" / f"bench-{NAME}"
    if not folder.exists():
        if subprocess.run(["git", "cat-file", "-e", f"{COMMIT}^{{commit}}"], cwd=ROOT, capture_output=True).returncode:
            raise SystemExit(
                f"This clone does not have the commit {NAME}, beside which times are measured. "
                "A shallow clone gets it with `git fetch --unshallow`."
            )
        making = folder.with_name(f"{folder.name}-in-the-making")
        shutil.rmtree(making, ignore_errors=True)
        # A clone and not an archive: a project's root is where its `.git` is.
        _run("git", "clone", "--quiet", "--no-checkout", str(ROOT), str(making))
        _run("git", "-C", str(making), "checkout", "--quiet", "--detach", COMMIT)
        making.rename(folder)
    _run("make", "--silent", "-C", str(folder), ".venv/.ready")
    return Checkout("earlier", folder, str(folder / ".venv" / "bin" / "cardgen"))


def in_turns(run: Callable[[Checkout], Measured], times: int) -> list[tuple[Measured, Measured]]:
    """Run ours and the earlier one so many times, one after the other; each is the first in every other turn."""
    pairs = []
    for turn in range(times):
        found = {checkout: run(checkout) for checkout in ((OURS, earlier()), (earlier(), OURS))[turn % 2]}
        pairs.append((found[OURS], found[earlier()]))
    return pairs


def compared(what: str, seconds: Sequence[tuple[float, float]], most: float | None = None, memory: str = "") -> Row:
    """A row of medians, and of the median ratio.

    Args:
        what: what took so long.
        seconds: ours and the earlier one's, run by run.
        most: the aim for the ratio.
        memory: what our process had resident.
    """
    ours, theirs = (statistics.median(pair[side] for pair in seconds) for side in (0, 1))
    ratio = statistics.median(own / other for own, other in seconds)
    return Row(
        what,
        duration(ours),
        f"{duration(theirs)} at {NAME}, {ratio:.2f} x",
        "" if most is None else f"at most {most:g} x",
        None if most is None else ratio <= most,
        memory,
    )


def _run(*command: str) -> None:
    if subprocess.run(command).returncode:
        raise SystemExit(f"{' '.join(command)} failed")
