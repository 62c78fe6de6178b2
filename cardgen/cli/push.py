"""``cardgen push``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import (
    PATH,
    json_option,
    load_all,
    manifests_argument,
    quiet_option,
    revision_option,
    tag_option,
)

if TYPE_CHECKING:
    from cardgen.manifest.model import LoadedManifest
    from cardgen.publish.outcome import Outcome


@click.command("push")
@manifests_argument(required=True)
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
@click.option("--create-pr", is_flag=True, help="Open a pull request, or update the one that cardgen opened.")
@revision_option("Branch; made if it is not there.")
@tag_option
@click.option("--message", "-m", metavar="M", help="First line of the commit.")
@click.option("--private", is_flag=True, help="Make the repository private, if this push makes it.")
@click.option("--replace", metavar="NAME", help="Take the place of what the manifest NAME published there.")
@click.option("--reviewed", is_flag=True, help="Only what was reviewed: no open change since what the Hub holds.")
@click.option("--allow", multiple=True, metavar="RULE", help="Publish against a rule of the gate; see docs/publish.md.")
@click.option("--sign", is_flag=True, help="Sign it: with --sign-key, or with Sigstore, as who this job runs for.")
@click.option("--sign-key", metavar="FILE", type=PATH, help="Private key in PEM form to sign with; implies --sign.")
@json_option
@quiet_option
def command(
    manifests: tuple[Path, ...],
    dry_run: bool,
    create_pr: bool,
    revision: str,
    tag: str | None,
    message: str | None,
    private: bool,
    replace: str | None,
    reviewed: bool,
    allow: tuple[str, ...],
    sign: bool,
    sign_key: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Publish the card, evidence and weights of each MANIFEST on the Hub, in one commit each.

    Several are published side by side; one that fails does not stop the others.

    Nothing is sent unless every card passes the gate: its check, a licence, no placeholders. What people edited in
    README.md on the Hub is kept; where it contradicts evidence, the push stops with exit code 6, and so it does at any
    other file that somebody else put there or edited, and at a model that another manifest published there. The token
    is huggingface_hub's: HF_TOKEN, or that of `hf auth login`.
    """
    import sys
    from functools import partial

    from cardgen.cli.boundary import say, say_error, worst
    from cardgen.cli.meaning import against_the_hub
    from cardgen.cli.published import Published
    from cardgen.cli.push_gate import refused
    from cardgen.cli.push_signer import signer_of
    from cardgen.errors import CardgenError, UsageError
    from cardgen.publish.collection import list_published
    from cardgen.publish.gate import refuse_unknown
    from cardgen.publish.hub import Hub
    from cardgen.publish.many import side_by_side
    from cardgen.publish.outcome import PushOptions
    from cardgen.publish.push import push

    refuse_unknown(allow)
    if tag is not None and create_pr:
        raise UsageError("A pull request has no commit to tag yet.", remedy="Leave --tag out, and tag what is merged.")
    signer = signer_of(sign_key, sign=sign, dry_run=dry_run)
    loaded = load_all(manifests)
    parts = [part for manifest in loaded for part in manifest.parts]
    _refuse_shared_repositories(parts)
    log = (lambda _line: None) if quiet else say
    hub = Hub(progress=sys.stderr.isatty() and not quiet, log=log)
    published = Published(hub)
    broken = {
        manifest.name: refused(manifest, published, revision, allow=allow, must_be_reviewed=reviewed)
        for manifest in loaded
    }
    if any(rule not in allow for rules in broken.values() for rule in rules):
        return 1
    codes = [0]
    reports: list[dict[str, object]] = []

    def options(manifest: LoadedManifest) -> PushOptions:
        return PushOptions(
            revision=revision,
            message=message,
            private=private,
            create_pr=create_pr,
            dry_run=dry_run,
            replace=replace,
            tag=tag,
            signer=signer,
            allow=frozenset(allow),
            against=frozenset(broken[manifest.name]),
        )

    tell = against_the_hub(published, log)
    pushes = [partial(push, manifest, options(manifest), hub=hub, log=log, tell=tell) for manifest in parts]
    left: dict[str, LoadedManifest] = {}
    for manifest, outcome in zip(parts, side_by_side(pushes), strict=True):
        if isinstance(outcome, CardgenError):
            say_error(outcome)
            codes.append(outcome.exit_code)
            reports.append(
                {
                    "name": manifest.name,
                    "repo_id": manifest.repo_id,
                    "error": outcome.message,
                    "exit_code": outcome.exit_code,
                }
            )
            continue
        reports.append(_report(manifest, outcome))
        left |= dict.fromkeys(outcome.plan.left, manifest)
        for fault in outcome.faults:
            say(f"{manifest.repo_id}: {fault}\n    See what is there with cardgen verify {manifest.path}")
            codes.append(1)
        if not as_json:
            _print(outcome)
        if dry_run or create_pr:
            continue
        try:
            listing = list_published(manifest, hub, private=private)
        except CardgenError as error:
            say_error(error)
            codes.append(error.exit_code)
            continue
        if listing is not None:
            reports[-1]["collection"] = {"url": hub.collection_url(listing.slug), "added": listing.added}
            if listing.added and not as_json:
                click.echo(f"listed: {hub.collection_url(listing.slug)}")
    for repo_id, manifest in left.items():
        say(f"{repo_id} held a variant that {manifest.path} does not publish any more: it is left as it is")
    if as_json:
        click.echo(json.dumps(reports, indent=2))
    if len(reports) > 1:
        log(_summary(reports, "manifests" if parts == loaded else "repositories"))
    return worst(codes)


def _summary(reports: list[dict[str, object]], what: str) -> str:
    """``20 manifests: 17 pushed, 2 unchanged, 1 failed``."""
    from collections import Counter

    counts = Counter(str(report.get("status", "failed")) for report in reports)
    return f"{len(reports)} {what}: " + ", ".join(f"{count} {status}" for status, count in counts.items())


def _refuse_shared_repositories(parts: list[LoadedManifest]) -> None:
    from cardgen.errors import UsageError

    first: dict[str, Path] = {}
    for manifest in parts:
        other = first.setdefault(manifest.repo_id, manifest.path)
        if other != manifest.path:
            raise UsageError(
                f"{manifest.path} and {other} both publish to {manifest.repo_id}",
                remedy="Give each its own `repo_id`.",
            )


def _print(outcome: Outcome) -> None:
    from cardgen.cli.visible import visible

    plan = outcome.plan
    if outcome.status == "planned":
        target = "a new repository" if plan.parent is None else plan.revision
        click.echo(f"{plan.repo_id} ({target}): {plan.message}")
        for file in plan.files:
            click.echo(f"  {file.status:9}  {file.local.bytes:>14} B  {file.local.path}")
        for path in plan.deletions:
            click.echo(f"  {'deleted':9}  {'':>16}  {path}")
        size = sum(file.bytes for file in plan.changes)
        click.echo(f"One commit would send {len(plan.changes)} files, {size} B. Nothing was sent.")
        if plan.readme_diff:
            click.echo(visible(plan.readme_diff))
    elif outcome.commit is not None:
        word = "unchanged" if outcome.status == "unchanged" else "pushed"
        click.echo(f"{word}: {outcome.commit.pull_request or outcome.commit.url}")


def _report(manifest: LoadedManifest, outcome: Outcome) -> dict[str, object]:
    plan, commit = outcome.plan, outcome.commit
    return {
        "name": manifest.name,
        "variant": manifest.variant,
        "repo_id": plan.repo_id,
        "revision": plan.revision,
        "status": outcome.status,
        "commit": commit.oid if commit else None,
        "url": commit.url if commit else None,
        "pull_request": commit.pull_request if commit else None,
        "message": plan.message,
        "verified": outcome.verified,
        "faults": list(outcome.faults),
        "files": [
            {"path": f.local.path, "bytes": f.local.bytes, "sha256": f.local.sha256, "status": f.status}
            for f in plan.files
        ],
        "deletions": list(plan.deletions),
        "left_alone": list(plan.left),
        "edits": {"kept": list(plan.kept), "deleted": list(plan.deleted)},
        "readme_diff": plan.readme_diff,
    }
