"""``cardgen report``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cardgen.cli.options import load_all, manifests_argument

if TYPE_CHECKING:
    from cardgen.errors import EvidenceError

T = TypeVar("T")


@click.command("report")
@manifests_argument(required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "csv", "json"]),
    default="markdown",
    show_default=True,
    help="json: `cardgen schema report`, or `anew` with --stale-against.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--stale-against",
    metavar="ENV|FILE",
    help="List what another lock would measure anew: of an environment by its name, or a file NAME.lock.txt.",
)
def command(manifests: tuple[Path, ...], form: str, as_json: bool, stale_against: str | None) -> int:
    """Tell a whole fleet in one table, from manifests and committed evidence; a folder stands for its *.yaml.

    Of each variant: what it scores and lost, with the interval, its size, how much faster it is where that was
    measured, the modules that stayed FP32, when and with which libraries it was measured, and what a check finds.
    Nothing runs, and the network is not used. Evidence that cannot be read is told; all else is told all the same.
    """
    from cardgen.cli.boundary import say_error, worst
    from cardgen.cli.visible import visible
    from cardgen.review.check.many import shared_out
    from cardgen.review.report.fleet import FleetReport, fleet_lines
    from cardgen.review.report.formats import anew_as_csv, anew_as_markdown, fleet_as_csv, fleet_as_markdown
    from cardgen.review.report.newer import AnewReport, find_lock, measured_anew

    form = "json" if as_json else form
    lock = None if stale_against is None else find_lock(stale_against)
    paths = _manifests(manifests)
    with shared_out(len(paths)) as share:
        loaded = load_all(paths, share)
        if lock is None:
            lines, errors = _gathered(share(fleet_lines, loaded))
            fleet = FleetReport(lines=lines)
            text = fleet.model_dump_json(indent=2) + "\n"
            text = fleet_as_markdown(fleet) if form == "markdown" else fleet_as_csv(fleet) if form == "csv" else text
        else:
            steps, errors = _gathered(share(partial(measured_anew, lock=lock), loaded))
            anew = AnewReport(environment=lock.environment, steps=steps, manifests=len(loaded))
            text = anew.model_dump_json(indent=2) + "\n"
            text = anew_as_markdown(anew) if form == "markdown" else anew_as_csv(anew) if form == "csv" else text
    click.echo(text if form == "json" else visible(text), nl=False)
    for error in errors:
        say_error(error)
    return worst([0, *(error.exit_code for error in errors)])


def _gathered(
    found: Iterable[tuple[tuple[T, ...], EvidenceError | None]],
) -> tuple[tuple[T, ...], list[EvidenceError]]:
    """What is known of all manifests, and of which evidence cannot be read."""
    told, errors = zip(*found, strict=True)
    return tuple(each for one in told for each in one), [error for error in errors if error is not None]


def _manifests(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The manifests that are named, and those of the folders that are.

    Raises:
        UsageError: where a folder holds none.
    """
    from cardgen.errors import UsageError, shown

    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not inside:
            raise UsageError(f"there is no *.yaml in {shown(path)}", remedy="Name a folder of manifests.")
        found += inside
    return tuple(dict.fromkeys(found))
