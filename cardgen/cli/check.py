"""``cardgen check``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from cardgen.cli.options import json_option, load_all, manifests_argument


@click.command("check")
@manifests_argument(required=False)
@click.option("--explain", is_flag=True, help="Tell why in full: each step with every key, and what it follows from.")
@json_option
def command(manifests: tuple[Path, ...], explain: bool, as_json: bool) -> int:
    """Fail where a committed card is not what its manifest and evidence say. For continuous integration.

    Without MANIFEST, every manifests/*.yaml is checked. Nothing runs, and the network is not used.
    """
    from cardgen.cli.boundary import say, say_error, worst
    from cardgen.cli.visible import visible
    from cardgen.errors import EvidenceError, UsageError
    from cardgen.review.check.many import check_all, shared_out

    paths = manifests or tuple(sorted(Path("manifests").glob("*.yaml")))
    if not paths:
        raise UsageError("there is no manifests/*.yaml here", remedy="Name the manifests to check.")
    codes = [0]
    reports: list[dict[str, object]] = []
    with shared_out(len(paths)) as share:
        every = load_all(paths, share)
        for loaded, report in zip(every, check_all(every, share), strict=True):
            if isinstance(report, EvidenceError):
                say_error(report)
                codes.append(report.exit_code)
                reports.append({"name": loaded.name, "error": report.message})
                continue
            codes.append(1 if report.findings else 0)
            reports.append(
                {
                    "name": report.name,
                    "built": report.built,
                    "findings": [asdict(finding) for finding in report.findings],
                    "lint": [vars(found) for found in report.lint],
                    "unverified": list(report.unverified),
                }
            )
            if as_json:
                continue
            click.echo(
                f"{report.name}: {'needs a look' if report.findings else 'fine' if report.built else 'not built yet'}"
            )
            for finding in report.findings:
                click.echo(visible(finding.detail), nl=False)
                told = finding.explained if explain else finding.told
                say(f"{loaded.path}: {told}\n    {finding.remedy}")
            for found in report.lint:
                if found.severity == "warning":
                    say(f"{loaded.path}: warning: line {found.line} of the card: {found.message} [{found.rule}]")
            for path in report.unverified:
                say(f"{loaded.path}: {path} is not on this machine: not verified")
    if as_json:
        click.echo(json.dumps(reports, indent=2))
    return worst(codes)
