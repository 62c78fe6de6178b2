"""``cardgen build``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import (
    PATH,
    environment_option,
    json_option,
    load_all,
    manifests_argument,
    pip_args_option,
    quiet_option,
    reporter,
)

if TYPE_CHECKING:
    from cardgen.errors import CardgenError
    from cardgen.manifest.model import LoadedManifest
    from cardgen.pipeline.prepare import Settings
    from cardgen.run.progress import Reporter


@click.command("build")
@manifests_argument(required=True)
@click.option("-o", "--output", type=PATH, help="Write DIR/NAME/ instead of cards/NAME/.", metavar="DIR")
@click.option("--render-only", is_flag=True, help="Only write the card anew from its committed evidence.")
@click.option("--refresh", is_flag=True, help="Look up branch names on the Hub again.")
@click.option("--force", is_flag=True, help="Run every step anew, stored or not.")
@click.option("--overwrite", is_flag=True, help="Write the card even where it was edited by hand.")
@click.option("--measure", is_flag=True, help="Run the variants that are reported, too.")
@click.option("--yes", "-y", is_flag=True, help="Run a grid of more than 100 runs, too.")
@environment_option
@pip_args_option
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Steps that run at once.",
    metavar="N",
)
@click.option(
    "--store",
    envvar="CARDGEN_STORE",
    help="A store that a team shares: a folder, or a URL such as s3://bucket/folder. Also CARDGEN_STORE.",
    metavar="URL",
)
@click.option("--time-limit", type=click.FloatRange(min=1), default=6 * 3600.0, help="Seconds a step may take.")
@click.option("--isolated", is_flag=True, help="Start each step from nothing, as where processes cannot be forked.")
@json_option
@quiet_option
def command(
    manifests: tuple[Path, ...],
    output: Path | None,
    render_only: bool,
    refresh: bool,
    force: bool,
    overwrite: bool,
    measure: bool,
    yes: bool,
    environment: str,
    pip_args: tuple[str, ...],
    jobs: int,
    store: str | None,
    time_limit: float,
    isolated: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run what is missing and write cards/NAME/README.md and evidence.json for each MANIFEST.

    A folder stands for the manifests in it; what several share is measured once.
    """
    from cardgen.cli.boundary import say_error, worst
    from cardgen.errors import CardgenError
    from cardgen.pipeline.prepare import Settings

    loaded = load_all(manifests)
    settings = Settings(
        output, environment, pip_args, refresh, force, measure, time_limit, isolated, overwrite, jobs, store, yes
    )
    teller = reporter(quiet)
    codes = [0]
    reports: dict[Path, dict[str, object]] = {}

    def refused(manifest: LoadedManifest, error: CardgenError) -> None:
        say_error(error)
        codes.append(error.exit_code)
        reports[manifest.path] = {"name": manifest.name, "error": error.message, "exit_code": error.exit_code}

    if render_only:
        for manifest in loaded:
            try:
                reports[manifest.path] = _render(manifest, settings, teller)
            except CardgenError as error:
                refused(manifest, error)
    else:
        _build(loaded, settings, teller, reports, refused)
    told = [reports[manifest.path] for manifest in loaded]
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        for report in told:
            if "card" in report:
                click.echo(report["card"])
    return worst(codes)


def _render(manifest: LoadedManifest, settings: Settings, teller: Reporter) -> dict[str, object]:
    from cardgen.errors import shown
    from cardgen.pipeline.render import render

    place = render(manifest, settings.output, overwrite=settings.overwrite, log=teller.log)
    return {
        "name": manifest.name,
        "card": shown(place.readme),
        "evidence": shown(place.evidence),
        "ran": [],
        "stored": [],
    }


_SAID_AT_ONCE = frozenset({"chance"})
"""Rules whose warnings are of what was measured, and not of how the card tells it."""


def tell_findings(card: Path, teller: Reporter) -> None:
    """Say what is wrong with the card, so that nobody learns it from continuous integration."""
    from cardgen.errors import shown
    from cardgen.lint.engine import lint
    from cardgen.reading import CARD_BYTES, read_text

    for found in lint(read_text(card, CARD_BYTES), shown(card)).told:
        if found.severity == "error" or found.rule in _SAID_AT_ONCE:
            teller.log(
                f"{shown(card)}:{found.line}: {found.severity}: {found.message} [{found.rule}]\n    {found.remedy}"
            )


def _build(
    manifests: Sequence[LoadedManifest],
    settings: Settings,
    teller: Reporter,
    reports: dict[Path, dict[str, object]],
    refused: Callable[[LoadedManifest, CardgenError], None],
) -> None:
    from cardgen.errors import CardgenError, shown
    from cardgen.pipeline.build import Built, build_all

    def each(manifest: LoadedManifest, built: Built | CardgenError) -> None:
        if isinstance(built, CardgenError):
            refused(manifest, built)
            return
        if built.ran or built.stored:
            teller.log(f"{manifest.name}: {len(built.ran)} steps run, {len(built.stored)} stored already")
        else:
            read = (
                "its files were read"
                if built.evidence.inspected
                else "every figure is reported or comes from a results file"
            )
            teller.log(f"{manifest.name}: nothing was run, since {read}")
        tell_findings(built.place.readme, teller)
        reports[manifest.path] = {
            "name": manifest.name,
            "card": shown(built.place.readme),
            "evidence": shown(built.place.evidence),
            "ran": list(built.ran),
            "stored": list(built.stored),
        }

    build_all(manifests, settings, teller, each)
