"""``cardgen plan``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cardgen.cli.options import environment_option, json_option, load_all, manifests_argument, quiet_option, reporter


@click.command("plan")
@manifests_argument(required=True)
@click.option("--refresh", is_flag=True, help="Look up branch names on the Hub again.")
@click.option("--explain", is_flag=True, help="Tell why each step that is to run is not stored.")
@environment_option
@json_option
@quiet_option
def command(
    manifests: tuple[Path, ...], refresh: bool, explain: bool, environment: str, as_json: bool, quiet: bool
) -> None:
    """Show the steps of each MANIFEST in order, and which are stored already; nothing runs."""
    from cardgen.cli.boundary import say
    from cardgen.cli.visible import visible
    from cardgen.pipeline.prepare import Settings, prepare
    from cardgen.pipeline.sweep import sweep_cost
    from cardgen.review.check.why import StaleStep, stale_steps
    from cardgen.review.check.words import explained

    rows: list[dict[str, Any]] = []
    unstored: list[StaleStep] = []
    read = False
    sweeps: list[str] = []
    for manifest in load_all(manifests):
        prepared = prepare(manifest, Settings(environment=environment, refresh=refresh), reporter(quiet))
        read = read or bool(prepared.inspected)
        stored = {
            step.fingerprint
            for step in prepared.plan.steps
            if prepared.store.record(step.fingerprint) or step.fingerprint in prepared.committed
        }
        why = stale_steps(prepared.plan.steps, tuple(prepared.committed.values()), stored) if explain else ()
        unstored += why
        if cost := sweep_cost(prepared):
            sweeps.append(f"{manifest.name}: {cost}")
        reasons = {step.name: [asdict(reason) for reason in step.reasons] for step in why}
        for step in prepared.plan.steps:
            row = {
                "manifest": manifest.name,
                "step": step.name,
                "environment": step.environment.name,
                "fingerprint": step.fingerprint,
                "state": "stored" if step.fingerprint in stored else "to run",
            }
            rows.append({**row, "reasons": reasons.get(step.name, [])} if explain else row)
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        told = (
            "every figure is reported or comes from a results file; "
            "--measure of `cardgen build` runs the variants all the same"
        )
        say(f"nothing to run: {'files of models were read' if read else told}")
        return
    width = max(len(row["step"]) for row in rows)
    for row in rows:
        click.echo(f"{row['state']:<7} {row['step']:<{width}}  {row['environment']}  {row['fingerprint'][:12]}")
    for told in sweeps:
        click.echo(visible(told))
    for told in explained(unstored):
        click.echo(visible(told))
