"""What a review of a repository takes: many cards, of which some have changed."""

from __future__ import annotations

import re
import statistics
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from cardgen.review.diff.formats.markdown import as_markdown
from cardgen.review.diff.formats.told import counted
from tests.bench.commands import MANY, project_of_many
from tests.bench.earlier import OURS
from tests.bench.processes import Ended, run_process
from tests.bench.table import Row, duration, megabytes
from tests.review.diff.formats.comparisons import many as many_changes

CHANGED = 50
RUNS = 5
AIM_S = 5.0
AIM_OF_ONE_S = 0.5
COMMENT_LIMIT = 65_536
"""Characters that GitHub takes."""


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
        *_comments(),
    ]


def _comments() -> Iterator[Row]:
    """How long a comment is, and how much of what there is to tell did not fit."""
    for cards, changes in ((1, 400), (MANY, 7)):
        comment = as_markdown(many_changes(cards, changes))
        left_out = re.search(r"\*\*(\d+) changes did not fit", comment)
        what = f"comment of a pull request, {cards * changes:,} changes in {counted(cards, 'card')}"
        figure = f"{len(comment):,} characters, {left_out[1] if left_out else 'none'} left out"
        yield Row(what, figure, aim=f"{COMMENT_LIMIT:,}", met=len(comment) <= COMMENT_LIMIT)


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
