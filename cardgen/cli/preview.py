"""``cardgen preview``."""

from __future__ import annotations

from pathlib import Path

import click

from cardgen.cli.options import PATH, load_all, manifests_argument

_DEFAULT_OUTPUT = Path("build", "preview")


@click.command("preview")
@manifests_argument(required=False)
@click.option(
    "-o", "--output", type=PATH, metavar="DIR", help=f"Where the pages are written.  [default: {_DEFAULT_OUTPUT}]"
)
@click.option("--serve", is_flag=True, help="Write nothing: serve the pages on this machine, anew when a file changes.")
@click.option("--port", type=click.IntRange(0, 65535), help="For --serve: the port, by default one that is free.")
def command(manifests: tuple[Path, ...], output: Path | None, serve: bool, port: int | None) -> int:
    """Show each card as the Hub would, and all of them in one table, as static pages that ask nobody for anything.

    Without MANIFEST, every manifests/*.yaml is shown. Nothing runs, and the network is not used.
    """
    from cardgen.errors import UsageError

    if serve and output is not None:
        raise UsageError("--serve writes no pages, so that -o means nothing", remedy="Leave one of them out.")
    if port is not None and not serve:
        raise UsageError("--port means nothing without --serve", remedy="Leave it out, or add --serve.")
    paths = manifests or tuple(sorted(Path("manifests").glob("*.yaml")))
    if not paths:
        raise UsageError("there is no manifests/*.yaml here", remedy="Name the manifests to show.")
    return _serve(paths, port or 0) if serve else _write(paths, output or _DEFAULT_OUTPUT)


def _write(paths: tuple[Path, ...], folder: Path) -> int:
    from cardgen.cli.boundary import say, worst
    from cardgen.cli.visible import visible
    from cardgen.errors import EvidenceError, shown
    from cardgen.review.check.many import shared_out
    from cardgen.review.preview.folder import write_site
    from cardgen.review.preview.site import make_site
    from cardgen.review.preview.view import card_view

    with shared_out(len(paths)) as share:
        views = list(share(card_view, load_all(paths, share)))
    write_site(make_site(views), folder)
    click.echo(visible(shown(folder / "index.html")))
    for view in views:
        if view.unreadable:
            say(f"{view.manifest}: not shown as it would be built: {view.notices[0].message}")
    return worst([EvidenceError.exit_code if view.unreadable else 0 for view in views])


def _serve(paths: tuple[Path, ...], port: int) -> int:
    from cardgen.review.preview.serve.live import LivePages
    from cardgen.review.preview.serve.server import follow, served

    load_all(paths)
    pages = LivePages(tuple(dict.fromkeys(paths)))
    with served(pages, port) as server:
        click.echo(server.address)
        follow(pages)
    return 0
