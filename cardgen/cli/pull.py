"""``cardgen pull``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import json_option, load_all, manifests_argument, quiet_option, revision_option

if TYPE_CHECKING:
    from cardgen.manifest.model import LoadedManifest
    from cardgen.publish.pull import Pulled


@click.command("pull")
@manifests_argument(required=True)
@click.option("--dry-run", is_flag=True, help="Show what would be taken over, and write nothing.")
@revision_option("Branch, or refs/pr/N.")
@json_option
@quiet_option
def command(manifests: tuple[Path, ...], dry_run: bool, revision: str, as_json: bool, quiet: bool) -> int:
    """Bring what people edited in cards on the Hub into each MANIFEST.

    Words go to `prose` (or to the file that it names), front matter to `metadata`, new sections to `prose.notes`. What
    has no place in a manifest is listed: it stays on the Hub, and every push keeps it. An edit of a figure, a table or
    code is a conflict, with exit code 6.
    """
    from cardgen.cli.boundary import say, say_error, worst
    from cardgen.errors import CardgenError
    from cardgen.publish.hub import Hub
    from cardgen.publish.pull import pull

    hub = Hub(log=(lambda _line: None) if quiet else say)
    codes = [0]
    reports: list[dict[str, object]] = []
    for part in [part for manifest in load_all(manifests) for part in manifest.parts]:
        manifest = part
        try:
            manifest = _as_it_is_now(part)
            pulled = pull(manifest, revision, hub)
            if not dry_run:
                _write(pulled)
        except CardgenError as error:
            say_error(error)
            codes.append(error.exit_code)
            reports.append({"name": manifest.name, "error": error.message, "exit_code": error.exit_code})
            continue
        reports.append(_report(manifest, pulled))
        if not as_json:
            _print(manifest, pulled, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(reports, indent=2))
    return worst(codes)


def _as_it_is_now(part: LoadedManifest) -> LoadedManifest:
    """The manifest of a part, with what was brought home from the repository of another."""
    from cardgen.manifest.load import load_manifest

    return load_manifest(part.path).model_copy(update={"variant": part.variant})


def _write(pulled: Pulled) -> None:
    from cardgen.errors import UsageError, shown
    from cardgen.records.atomic import write_atomically

    for path, text in pulled.files.items():
        try:
            write_atomically(path.resolve(), text)
        except OSError as error:
            raise UsageError(f"{shown(path)} cannot be written: {error.strerror}") from error


def _print(manifest: LoadedManifest, pulled: Pulled, *, dry_run: bool) -> None:
    from cardgen.cli.visible import visible
    from cardgen.errors import shown

    name = shown(manifest.path)
    where_from = f"{name}, {manifest.repo_id}" if manifest.variant else name
    for what, where in pulled.taken:
        click.echo(visible(f"{where_from}: {what} → {where}"))
    for what in pulled.left:
        click.echo(visible(f"{where_from}: stays on the Hub, and each push keeps it: {what}"))
    if not pulled.taken and not pulled.left:
        click.echo(f"{where_from}: nothing was edited on the Hub")
    elif dry_run:
        click.echo("Nothing was written.")
    elif pulled.files:
        click.echo(f"Now write the card: cardgen build {name}")


def _report(manifest: LoadedManifest, pulled: Pulled) -> dict[str, object]:
    from cardgen.errors import shown

    return {
        "name": manifest.name,
        "repo_id": manifest.repo_id,
        "taken": [{"what": what, "key": where} for what, where in pulled.taken],
        "left": list(pulled.left),
        "files": [shown(path) for path in pulled.files],
    }
