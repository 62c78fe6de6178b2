"""``cardgen preview``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import PATH, load_all, manifests_argument

if TYPE_CHECKING:
    from cardgen.review.preview.changes import Since

_DEFAULT_OUTPUT = Path("build", "preview")


@click.command("preview")
@manifests_argument(required=False)
@click.option(
    "-o", "--output", type=PATH, metavar="DIR", help=f"Where the pages are written.  [default: {_DEFAULT_OUTPUT}]"
)
@click.option("--serve", is_flag=True, help="Write nothing: serve the pages on this machine, anew when a file changes.")
@click.option("--port", type=click.IntRange(0, 65535), help="For --serve: the port, by default one that is free.")
@click.option("--base", metavar="REV", help="Show what changed since the working tree parted from REV, old beside new.")
def command(manifests: tuple[Path, ...], output: Path | None, serve: bool, port: int | None, base: str | None) -> int:
    """Show each card as the Hub would, and all of them in one table, as static pages that ask nobody for anything.

    Without MANIFEST, every manifests/*.yaml is shown. Nothing runs, and the network is not used.
    """
    from cardgen.errors import UsageError

    if serve and output is not None:
        raise UsageError("--serve writes no pages, so that -o means nothing", remedy="Leave one of them out.")
    if port is not None and not serve:
        raise UsageError("--port means nothing without --serve", remedy="Leave it out, or add --serve.")
    if not _shown(manifests):
        raise UsageError("there is no manifests/*.yaml here", remedy="Name the manifests to show.")
    if serve:
        return _serve(manifests, base, port or 0)
    # Where no manifest is named, the cards that are gone are told as well.
    since = None if base is None else _changes(base, manifests)
    return _write(_shown(manifests), since, output or _DEFAULT_OUTPUT)


def _shown(named: tuple[Path, ...]) -> tuple[Path, ...]:
    """The manifests that are named, else those that are there now."""
    return named or tuple(sorted(Path("manifests").glob("*.yaml")))


def _changes(base: str, manifests: tuple[Path, ...]) -> Since:
    from cardgen.review.preview.changes import changes_since

    return changes_since(base, manifests)


def _write(paths: tuple[Path, ...], since: Since | None, folder: Path) -> int:
    from cardgen.cli.boundary import say, worst
    from cardgen.cli.visible import visible
    from cardgen.errors import ComparisonError, EvidenceError, shown
    from cardgen.review.check.many import shared_out
    from cardgen.review.preview.folder import write_site
    from cardgen.review.preview.site import make_site
    from cardgen.review.preview.view import card_view

    with shared_out(len(paths)) as share:
        views = list(share(card_view, load_all(paths, share)))
    write_site(make_site(views, since), folder)
    click.echo(visible(shown(folder / "index.html")))
    for view in views:
        if view.unreadable:
            say(f"{view.manifest}: not shown as it would be built: {view.notices[0].message}")
    codes = [EvidenceError.exit_code if view.unreadable else 0 for view in views]
    for before in since.cards.values() if since else ():
        if before.told.error is not None:
            say(f"error: {before.told.name} could not be compared: {before.told.error}")
            codes.append(ComparisonError.exit_code)
    return worst(codes)


def _serve(manifests: tuple[Path, ...], base: str | None, port: int) -> int:
    from cardgen.review.check.many import shared_out
    from cardgen.review.preview.serve.live import LivePages
    from cardgen.review.preview.serve.server import follow, served

    paths = _shown(manifests)
    with shared_out(len(paths)) as share:
        load_all(paths, share)
        pages = LivePages(lambda: _shown(manifests), base, manifests, share)
    with served(pages, port) as server:
        click.echo(server.address)
        follow(pages)
    return 0
