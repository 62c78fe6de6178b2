"""``cardgen diff``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import json_option

if TYPE_CHECKING:
    from cardgen.review.diff.change import Comparison
    from cardgen.review.settings import FailOn, Settings
    from cardgen.review.sides.hub import Hub

_SIDES = 2


@click.command("diff")
@click.argument("sides", metavar="OLD NEW", nargs=-1)
@click.option(
    "--base",
    metavar="REV",
    help="Compare every card that differs: the working tree with where it parted from REV, or two commits, `A..B`. "
    "MANIFEST... in place of OLD NEW: look at these alone.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "github", "html"]),
    default="text",
    show_default=True,
    help="For people, as a comment, for programs, as annotations of GitHub Actions, or as one page.",
)
@json_option
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "notable", "note", "never"]),
    help="The least severity that makes the command fail.  [default: the project's, else breaking]",
)
def command(sides: tuple[str, ...], base: str | None, form: str, as_json: bool, fail_on: FailOn | None) -> int:
    """Tell what changed in meaning between two states of a card, the worst first.

    OLD and NEW are card folders, evidence files, manifests, REV:path of one in git, or hub:owner/name[@revision].
    Records are compared, not text: what was only moved, or worded anew by another version of cardgen, is no change.
    Nothing runs, and the network is used for what is on the Hub alone.
    """
    from cardgen.cli.boundary import worst
    from cardgen.review.compared import project_settings

    settings = project_settings()
    comparisons = _named(sides, settings) if base is None else _between(base, sides, settings)
    click.echo(_printed("json" if as_json else form, comparisons), nl=False)
    return worst([_code(comparison, settings, fail_on) for comparison in comparisons])


def _named(sides: Sequence[str], settings: Settings) -> list[Comparison]:
    from cardgen.errors import UsageError
    from cardgen.review.compared import diff

    if len(sides) != _SIDES:
        remedy = "Name OLD and NEW, such as `cardgen diff main:cards/mine cards/mine`; or a revision, with --base."
        raise UsageError(f"two states are compared, and {len(sides) or 'none'} named", remedy=remedy)
    old, new = sides
    return [diff(old, new, settings.severities, hub=_hub)]


def _hub() -> Hub:
    from cardgen.cli.boundary import say
    from cardgen.publish.hub import Hub

    return Hub(log=say)


def _between(base: str, manifests: Sequence[str], settings: Settings) -> list[Comparison]:
    from pathlib import Path

    from cardgen.review.compared import diff_between

    return list(diff_between(base, [Path(manifest) for manifest in manifests], settings.severities))


def _printed(form: str, comparisons: Sequence[Comparison]) -> str:
    match form:
        case "json":
            from cardgen.review.diff.formats.json_report import as_json

            return as_json(comparisons)
        case "markdown":
            from cardgen.review.diff.formats.markdown import as_markdown

            return as_markdown(comparisons)
        case "html":
            from cardgen.review.diff.formats.html import as_html

            return as_html(comparisons)
        case "github":
            from pathlib import Path

            from cardgen.review.diff.formats.github import as_github

            return as_github(comparisons, manifests={path.stem: path for path in Path("manifests").glob("*.y*ml")})
    return _for_terminal(comparisons)


def _for_terminal(comparisons: Sequence[Comparison]) -> str:
    import os
    import shutil
    import sys

    from cardgen.review.diff.formats.text import WIDTH, as_text

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((WIDTH, 24)).columns if terminal else WIDTH
    return as_text(comparisons, width=width, colour=terminal and "NO_COLOR" not in os.environ)


def _code(comparison: Comparison, settings: Settings, fail_on: FailOn | None) -> int:
    """3 where two states could not be compared, over 1 where something is as bad as what fails."""
    from dataclasses import replace

    from cardgen.errors import ComparisonError

    if comparison.error is not None:
        return ComparisonError.exit_code
    judged = replace(settings, fail_on=fail_on or settings.fail_on)
    return 1 if any(map(judged.fails, comparison.changes)) else 0
