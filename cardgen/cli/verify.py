"""``cardgen verify``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import PATH, json_option, quiet_option, revision_option

if TYPE_CHECKING:
    from cardgen.publish.hub import Hub
    from cardgen.publish.signing import KeyVerifier
    from cardgen.publish.verify import Verified


@click.command("verify")
@click.argument("names", metavar="MANIFEST|REPO...", nargs=-1, required=True)
@revision_option("Branch, tag, commit or refs/pr/N.")
@click.option("--public-key", metavar="FILE", type=PATH, help="Check the signature with this key, in PEM form.")
@json_option
@quiet_option
def command(names: tuple[str, ...], revision: str, public_key: Path | None, as_json: bool, quiet: bool) -> int:
    """Ask whether the Hub serves what cardgen published, and reads the card as it is meant.

    REPO is owner/name of any repository that cardgen published: it is held against the hashes and the evidence that lie
    in it. For a MANIFEST, also what lies there is compared with what lies here. With --public-key each
    must be signed, by that key. No weights are downloaded. Exit code 1 where something is not as it should be.
    """
    from cardgen.cli.boundary import say, say_error, worst
    from cardgen.cli.visible import visible
    from cardgen.errors import CardgenError
    from cardgen.publish.hub import Hub
    from cardgen.publish.signing import KeyVerifier

    verifier = KeyVerifier(public_key) if public_key else None
    hub = Hub(log=(lambda _line: None) if quiet else say)
    codes = [0]
    reports: list[dict[str, object]] = []
    for name, ask in [asked for given in names for asked in _asked(hub, given, revision, verifier)]:
        try:
            found = ask()
        except CardgenError as error:
            say_error(error)
            codes.append(error.exit_code)
            reports.append({"name": name, "error": error.message, "exit_code": error.exit_code})
            continue
        codes.append(1 if found.faults else 0)
        reports.append(
            {
                "name": name,
                "repo_id": found.repo_id,
                "commit": found.commit,
                "manifest": found.manifest,
                "files": found.files,
                "signature": found.signature,
                "faults": list(found.faults),
            }
        )
        for fault in found.faults:
            say(f"{found.repo_id}: {fault}")
        if not as_json:
            state = (
                "needs a look"
                if found.faults
                else f"as it was published ({found.files} files{_SIGNED[found.signature]})"
            )
            click.echo(visible(f"{found.repo_id} at {found.commit[:12]}: {state}"))
    if as_json:
        click.echo(json.dumps(reports, indent=2))
    return worst(codes)


_SIGNED = {"none": "", "unchecked": "; signed, not checked without --public-key", "sound": "; signed", "broken": ""}


def _asked(
    hub: Hub, name: str, revision: str, verifier: KeyVerifier | None
) -> Iterator[tuple[str, Callable[[], Verified]]]:
    """What to ask of the Hub: once for a repository, and for a manifest once for each that it publishes to."""
    from cardgen.catalog.hub_names import id_fault
    from cardgen.errors import CardgenError, UsageError
    from cardgen.manifest.load import SUFFIXES, load_manifest
    from cardgen.publish.verify import verify_manifest, verify_repository

    def refused(error: CardgenError) -> Verified:
        raise error

    path = Path(name)
    if path.suffix in SUFFIXES or path.exists():
        try:
            parts = load_manifest(path).parts
        except CardgenError as error:
            yield name, partial(refused, error)
            return
        for part in parts:
            yield name, partial(verify_manifest, hub, part, revision, verifier)
    elif fault := id_fault(name):
        remedy = "Name a manifest's file, or a repository as owner/name."
        yield name, partial(refused, UsageError(f"`{name}` {fault[0]}", remedy=remedy))
    else:
        yield name, partial(verify_repository, hub, name, revision, verifier)
