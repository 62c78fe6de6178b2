"""``cardgen demo``."""

from __future__ import annotations

from pathlib import Path

import click

from cardgen.cli.options import PATH, pip_args_option, quiet_option, reporter


@click.command("demo")
@click.argument("folder", metavar="[DIR]", type=PATH, default="cardgen-demo")
@pip_args_option
@quiet_option
def command(folder: Path, pip_args: tuple[str, ...], quiet: bool) -> None:
    """Train a tiny real model, quantize it in two ways, measure both, and write their card.

    Makes a small project in DIR (by default ./cardgen-demo). The first run makes a backend environment, which takes
    minutes and about 2 GB; what is there already is not made again.
    """
    from cardgen.demo.first_run import run_demo
    from cardgen.errors import shown
    from cardgen.pipeline.prepare import Settings

    built = run_demo(folder, Settings(pip_args=pip_args), reporter(quiet))
    click.echo(f"\n{built.title}\n")
    for line in built.headline:
        click.echo(f"  {line.replace('`', '')}")
    count = len(built.ran)
    click.echo(f"\n{count} {'step' if count == 1 else 'steps'} run, {len(built.stored)} stored already.\n")
    click.echo(f"The card:      {shown(built.place.readme)}")
    click.echo(f"Its evidence:  {shown(built.place.evidence)}")
    manifest = shown(built.manifest)
    click.echo(f"Its manifest:  {manifest}")
    click.echo(f"\nChange the manifest and run `cardgen build {manifest}` to see what is measured anew.")
