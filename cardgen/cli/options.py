"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from cardgen.errors import ManifestError
    from cardgen.manifest.model import LoadedManifest
    from cardgen.review.check.many import Share
    from cardgen.run.progress import Reporter

F = TypeVar("F", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)


def manifests_argument(*, required: bool) -> Callable[[F], F]:
    """``MANIFEST...``."""
    metavar = "MANIFEST..." if required else "[MANIFEST]..."
    return click.argument("manifests", metavar=metavar, nargs=-1, required=required, type=PATH)


quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress, only results and errors.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
environment_option = click.option(
    "--env",
    "environment",
    type=click.Choice(["managed", "current"]),
    default="managed",
    show_default=True,
    help="Run in environments that cardgen makes, or in the one that runs cardgen.",
)


def _split_arguments(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, ...]:
    import shlex

    try:
        return tuple(shlex.split(value))
    except ValueError as error:
        raise click.BadParameter(f"cannot be split into arguments: {error}. Close every quote.") from error


pip_args_option = click.option(
    "--pip-args",
    default="",
    metavar="ARGS",
    callback=_split_arguments,
    help="More arguments for pip, when an environment is made.",
)


def _possible_revision(_context: click.Context, _option: click.Parameter, value: str) -> str:
    from cardgen.catalog.hub_names import revision_fault

    if fault := revision_fault(value):
        raise click.BadParameter(f"`{value}` {fault[0]}: {fault[1]}.")
    return value


def revision_option(explained: str) -> Callable[[F], F]:
    """``--revision R``, which is main where none is given."""
    return click.option(
        "--revision", default="main", show_default=True, metavar="R", callback=_possible_revision, help=explained
    )


def _possible_tag(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    from cardgen.catalog.hub_names import revision_fault

    if value is not None and revision_fault(value):
        raise click.BadParameter(f"`{value}` cannot be the name of a tag. Write one such as v1.")
    return value


tag_option = click.option("--tag", metavar="T", callback=_possible_tag, help="Tag the commit, such as v1.")


def load_all(paths: Sequence[Path], share: Share = map) -> list[LoadedManifest]:
    """Load every manifest; all problems of all files are told at once.

    Args:
        paths: the files; a folder stands for the manifests in it.
        share: the ``map`` to load them by.

    Raises:
        ManifestError: where any of them is wrong, or two would write the same card.
    """
    from cardgen.errors import ManifestError, Problem

    loaded: list[LoadedManifest] = []
    problems: list[Problem] = []
    for found in share(_loaded, dict.fromkeys(file for path in paths for file in _files(path))):
        if isinstance(found, ManifestError):
            problems += found.problems
        else:
            loaded.append(found)
    first: dict[str, Path] = {}
    for manifest in loaded:
        other = first.setdefault(manifest.name, manifest.path)
        if other != manifest.path:
            message = f"has the same name as {other}, so both would write the same card"
            problems.append(Problem(str(manifest.path), None, None, "", message, "Rename one of the files."))
    if problems:
        raise ManifestError(tuple(problems))
    return loaded


def _files(path: Path) -> Sequence[Path]:
    from cardgen.manifest.load import manifests_in

    return manifests_in(path) or (path,)


def _loaded(path: Path) -> LoadedManifest | ManifestError:
    from cardgen.errors import ManifestError
    from cardgen.manifest.load import load_manifest

    try:
        return load_manifest(path)
    except ManifestError as error:
        return error


def reporter(quiet: bool) -> Reporter:
    """Who tells of progress."""
    from cardgen.run.progress import reporter as for_stderr

    return for_stderr(quiet=quiet)
