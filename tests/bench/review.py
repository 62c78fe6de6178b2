"""What a review of a repository takes: many cards, of which some have changed."""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.bench.commands import MANY, project_of_many
from tests.bench.earlier import OURS
from tests.bench.processes import Ended, run_process
from tests.bench.table import Row, duration, megabytes

CHANGED = 50
RUNS = 5
AIM_S = 5.0
AIM_OF_ONE_S = 0.5


def rows() -> list[Row]:
    """``cardgen diff`` of one card, and of all that differ; the exit code is not looked at."""
    folder = _repository()
    name = next(path.stem for path in sorted((folder / "manifests").glob("*.yaml")))
    one = ["diff", "--fail-on", "never", f"main:manifests/{name}.yaml", f"manifests/{name}.yaml"]
    many = ["diff", "--fail-on", "never", "--base"]
    what = f"cardgen diff, {CHANGED} of {MANY:,} cards changed"
    return [
        _row("cardgen diff, one card", AIM_OF_ONE_S, folder, one),
        _row(f"{what}, in the working tree", AIM_S, folder, [*many, "main"]),
        _row(f"{what}, in a commit", AIM_S, folder, [*many, "main...change"]),
    ]


def _row(what: str, aim_s: float, folder: Path, arguments: Sequence[str]) -> Row:
    def run() -> Ended:
        return run_process([OURS.cardgen, *arguments], folder)

    run()  # so that modules are compiled, and files in the system's cache
    ended = [run() for _ in range(RUNS)]
    seconds = statistics.median(each.seconds for each in ended)
    processor = statistics.median(each.processor_s for each in ended)
    memory = megabytes(max(each.memory for each in ended))
    return Row(
        what, duration(seconds), f"{duration(processor)} of a processor", f"{aim_s:g} s", seconds <= aim_s, memory
    )


def _repository() -> Path:
    """A repository whose branch ``change`` has another licence in every twentieth of its manifests."""
    folder = project_of_many(OURS)

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)

    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=Begin")
    git("checkout", "--quiet", "-b", "change")
    for path in sorted((folder / "manifests").glob("*.yaml"))[:: MANY // CHANGED]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\n  license: ", "\n  license: bsd-3-clause  # before: "), encoding="utf-8")
    git("commit", "--quiet", "--all", "--message=Change some licences")
    return folder
