"""``cardgen diff``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import json_option

if TYPE_CHECKING:
    from cardgen.review.diff.change import Comparison
    from cardgen.review.diff.formats.told import Decided, Opened
    from cardgen.review.settings import FailOn
    from cardgen.review.sides.hub import Hub

_SIDES = 2


@click.command("diff")
@click.argument("sides", metavar="OLD NEW", nargs=-1)
@click.option(
    "--base",
    metavar="REV",
    help="Compare every card that differs: the working tree with where it parted from REV, or two commits, `A..B`, "
    "which may also stand alone. MANIFEST... in place of OLD NEW: look at these alone.",
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
    if base is None and len(sides) == 1 and _is_range(sides[0]):
        base, sides = sides[0], ()
    found = _named(sides, fail_on) if base is None else _since(base, sides, fail_on)
    click.echo(_printed("json" if as_json else form, found), nl=False)
    return found.code


def _is_range(side: str) -> bool:
    """Whether it is two commits, such as ``main..topic``, and no path."""
    old, dots, new = side.partition("..")
    new = new.removeprefix(".")
    return bool(dots and (old or new)) and not old.endswith("/") and not new.startswith("/")


@dataclass(frozen=True)
class _Found:
    comparisons: tuple[Comparison, ...]
    verdict: Decided
    is_open: Opened
    code: int


def _named(sides: Sequence[str], fail_on: FailOn | None) -> _Found:
    from dataclasses import replace

    from cardgen.errors import ComparisonError, UsageError
    from cardgen.review.compared import diff, project_settings
    from cardgen.review.diff.formats.told import undecided

    if len(sides) != _SIDES:
        remedy = "Name OLD and NEW, such as `cardgen diff main:cards/mine cards/mine`; or a revision, with --base."
        raise UsageError(f"two states are compared, and {len(sides) or 'none'} named", remedy=remedy)
    settings = project_settings()
    settings = replace(settings, fail_on=fail_on or settings.fail_on)
    old, new = sides
    comparison = diff(old, new, settings.severities, hub=_hub)
    failed = any(map(settings.fails, comparison.changes))
    code = ComparisonError.exit_code if comparison.error is not None else int(failed)
    return _Found((comparison,), undecided, lambda _name, change: settings.fails(change), code)


def _since(base: str, manifests: Sequence[str], fail_on: FailOn | None) -> _Found:
    from pathlib import Path

    from cardgen.review.decisions.since import review_since

    review = review_since(base, [Path(manifest) for manifest in manifests])
    if fail_on is not None:
        review = review.failing_on(fail_on)
    return _Found(review.comparisons, review.verdict, review.is_open, review.exit_code)


def _hub() -> Hub:
    from cardgen.cli.boundary import say
    from cardgen.publish.hub import Hub

    return Hub(log=say)


def _printed(form: str, found: _Found) -> str:
    comparisons, verdict = found.comparisons, found.verdict
    match form:
        case "json":
            from cardgen.review.diff.formats.json_report import as_json

            return as_json(comparisons, verdict)
        case "markdown":
            from cardgen.review.diff.formats.markdown import as_markdown

            return as_markdown(comparisons, verdict, found.is_open)
        case "html":
            from cardgen.review.diff.formats.html import as_html

            return as_html(comparisons, verdict, found.is_open)
        case "github":
            from pathlib import Path

            from cardgen.cli.visible import visible
            from cardgen.manifest.load import repository_root
            from cardgen.review.diff.formats.github import as_github

            manifests = {path.stem: path for path in Path("manifests").glob("*.y*ml")}
            root = repository_root(Path.cwd())
            return visible(as_github(comparisons, verdict, found.is_open, manifests=manifests, root=root))
    return _for_terminal(comparisons, verdict)


def _for_terminal(comparisons: Sequence[Comparison], verdict: Decided) -> str:
    import os
    import shutil
    import sys

    from cardgen.review.diff.formats.text import WIDTH, as_text

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((WIDTH, 24)).columns if terminal else WIDTH
    return as_text(comparisons, verdict, width=width, colour=terminal and "NO_COLOR" not in os.environ)
