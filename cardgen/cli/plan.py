"""``cardgen plan``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cardgen.cli.options import environment_option, json_option, load_all, manifests_argument, quiet_option, reporter


@click.command("plan")
@manifests_argument(required=True)
@click.option("--refresh", is_flag=True, help="Look up branch names on the Hub again.")
@environment_option
@json_option
@quiet_option
def command(manifests: tuple[Path, ...], refresh: bool, environment: str, as_json: bool, quiet: bool) -> None:
    """Show the steps of each MANIFEST in order, and which are stored already; nothing runs."""
    from cardgen.cli.boundary import say
    from cardgen.pipeline.prepare import Settings, prepare

    rows = []
    for manifest in load_all(manifests):
        prepared = prepare(manifest, Settings(environment=environment, refresh=refresh), reporter(quiet))
        for step in prepared.plan.steps:
            stored = prepared.store.record(step.fingerprint) or prepared.committed.get(step.fingerprint)
            rows.append(
                {
                    "manifest": manifest.name,
                    "step": step.name,
                    "environment": step.environment.name,
                    "fingerprint": step.fingerprint,
                    "state": "stored" if stored else "to run",
                }
            )
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        say("nothing to run: every figure is reported; --measure of `cardgen build` runs the variants all the same")
        return
    width = max(len(row["step"]) for row in rows)
    for row in rows:
        click.echo(f"{row['state']:<7} {row['step']:<{width}}  {row['environment']}  {row['fingerprint'][:12]}")
