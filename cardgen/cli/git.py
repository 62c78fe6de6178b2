"""``cardgen git``: what git is told of evidence and cards, and what it then starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cardgen.cli.options import PATH

if TYPE_CHECKING:
    from cardgen.review.git.evidence import Outcome


@click.group("git")
def command() -> None:
    """Have git show evidence as figures, and merge it record by record."""


@command.command("install")
@click.option("--local", "scope", flag_value="local", default=True, help="In the repository that you are in (default).")
@click.option("--global", "scope", flag_value="global", help="For all repositories of yours.")
@click.option("--uninstall", "away", is_flag=True, help="Take away what was written, and nothing else.")
def install_command(scope: str, away: bool) -> None:
    """Write drivers into git's configuration, and into its attributes which files they are for.

    The attributes of a repository, .gitattributes, are to be committed; whoever has not run this merges as text.
    """
    from cardgen.errors import shown
    from cardgen.review.git.install import install, uninstall

    done = (uninstall if away else install)(Path.cwd(), everywhere=scope == "global")
    if not done.changed:
        click.echo("nothing to do: it is not installed" if away else "nothing to do: it is installed already")
        return
    verb = "taken from" if away else "written to"
    drivers = "diff.cardgen-evidence, merge.cardgen-evidence, merge.cardgen-card, merge.cardgen-decisions"
    click.echo(f"{verb} {shown(done.config)}: the drivers {drivers}")
    click.echo(f"{verb} {shown(done.attributes)}: which files they are for")


def _merge(name: str, does: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A command that git starts with three files and the name of what they are of."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        for argument in ("path", "theirs", "ours", "base"):
            function = click.argument(argument, type=str if argument == "path" else PATH)(function)
        return command.command(name, hidden=True, help=does)(function)

    return decorate


@_merge("merge-evidence", "Write the merge of three evidence files over OURS; exit 1 where they are in conflict.")
def merge_evidence_command(base: Path, ours: Path, theirs: Path, path: str) -> int:
    """The driver of evidence."""
    from cardgen.review.git.evidence import merge_evidence

    return _ended(lambda: merge_evidence(base, ours, theirs, path), path)


@_merge("merge-card", "Write the merge of three cards over OURS; exit 1 where they are in conflict.")
def merge_card_command(base: Path, ours: Path, theirs: Path, path: str) -> int:
    """The driver of cards."""
    from cardgen.review.git.cards import merge_cards

    return _ended(lambda: merge_cards(base, ours, theirs, path), path)


@_merge("merge-decisions", "Write the merge of three files of decisions over OURS; exit 1 where they are in conflict.")
def merge_decisions_command(base: Path, ours: Path, theirs: Path, path: str) -> int:
    """The driver of decisions."""
    from cardgen.review.git.decisions import merge_decision_files

    return _ended(lambda: merge_decision_files(base, ours, theirs, path), path)


@command.command("show", hidden=True)
@click.argument("file", type=PATH)
def show_command(file: Path) -> None:
    """Print evidence in lines that `git diff` can compare."""
    from cardgen.cli.visible import visible
    from cardgen.reading import RECORDS_BYTES, read_bytes
    from cardgen.review.git.readable import readable

    click.echo(visible(readable(read_bytes(file, RECORDS_BYTES))), nl=False)


def _ended(merge: Callable[[], Outcome], path: str) -> int:
    """The exit code that git goes by; where nothing can be merged it keeps both sides."""
    from cardgen.cli.boundary import say

    try:
        outcome = merge()
    except OSError as error:
        say(f"{path} cannot be merged: {error.strerror or error}")
        say(f"Ours is as it was, and `git show :3:{path}` has theirs.")
        return 1
    for line in outcome.told:
        say(line)
    return 0 if outcome.clean else 1
