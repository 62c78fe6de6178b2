"""``cardgen lint``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import PATH

if TYPE_CHECKING:
    from cardgen.lint.engine import LintReport


@click.command("lint")
@click.argument("cards", metavar="CARD.md...", nargs=-1, type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif", "html"]),
    default="text",
    show_default=True,
    help="For people, for programs, as annotations of GitHub Actions, for code scanning, or as one page.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--weights",
    metavar="FOLDER|FILE|OWNER/NAME[@REVISION][:FILE]",
    help="Hold the card against the files of its model, from headers alone.",
)
@click.option("--strict", is_flag=True, help="Fail on a warning too.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules, and lint nothing.")
def command(
    cards: tuple[Path, ...], form: str, as_json: bool, weights: str | None, strict: bool, list_rules: bool
) -> int:
    """Find what is wrong with model cards, whoever made them.

    Nothing runs, and only --weights on the Hub uses the network. Errors make the command fail, with --strict warnings
    too; notes never do.
    """
    from cardgen.cli.boundary import say
    from cardgen.cli.model_files import held_weights
    from cardgen.cli.visible import visible
    from cardgen.errors import UsageError, shown
    from cardgen.inherit.parse import read_card
    from cardgen.lint import presentation
    from cardgen.lint.engine import lint
    from cardgen.manifest.load import repository_root

    form = "json" if as_json else form
    if list_rules:
        click.echo(presentation.rules_as_json() if form == "json" else presentation.rules_as_text())
        return 0
    if not cards:
        raise UsageError("no card is named", remedy="Name one, such as README.md; --rules lists the rules.")
    if weights is not None and len(set(cards)) > 1:
        raise UsageError("--weights are those of one card, and several are named", remedy="Name one card.")
    root = repository_root(Path.cwd())
    held = None if weights is None else held_weights(weights)
    sources = [(path, read_card(path)) for path in dict.fromkeys(cards)]
    reports: list[LintReport] = []
    for path, source in sources:
        report = lint(source, shown(path), weights=held)
        reports.append(report)
        if form in ("text", "github"):
            text = presentation.as_github(report, root) if form == "github" else presentation.as_text(report)
            click.echo(visible(text), nl=False)
    if form not in ("text", "github"):
        click.echo(_whole(form, reports, root))
    say(presentation.summary(reports))
    errors, warnings = (sum(report.count(severity) for report in reports) for severity in ("error", "warning"))
    return 1 if errors or (strict and warnings) else 0


def _whole(form: str, reports: Sequence[LintReport], root: Path) -> str:
    """What is one document over all cards."""
    if form == "sarif":
        from cardgen.lint.sarif import as_sarif

        return as_sarif(reports, root)
    if form == "html":
        from cardgen.lint.page import as_html

        return as_html(reports).rstrip("\n")
    from cardgen.lint.presentation import as_json

    return as_json(reports)
