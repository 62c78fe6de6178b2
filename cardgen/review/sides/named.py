"""The side of a comparison that somebody names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cardgen.errors import ComparisonError
from cardgen.manifest.load import SUFFIXES
from cardgen.review.sides import read
from cardgen.review.sides.blobs import blobs_of
from cardgen.review.sides.files import Commit, Disk, Files
from cardgen.review.sides.git import Repository
from cardgen.review.sides.hub import HUB, Hub, state_on_hub
from cardgen.review.state import State

_WHAT = "A side is a card's folder, evidence file or manifest, REV:path of one in git, or hub:owner/name."


def state_of(side: str, hub: Callable[[], Hub]) -> State:
    """Read the state that a side of a comparison names.

    Args:
        side: path of a card's folder (``cards/NAME``), of an evidence file or of a manifest; ``REV:path`` for what git
            holds at a revision, with the path from the repository's top, or from here where it begins with ``./``;
            ``hub:owner/name`` with ``@revision`` or without for what is published. A path that is there goes before
            the other readings.
        hub: gives the Hub, where it is asked.

    Raises:
        ComparisonError: where there is nothing of that name, it is no card, or git does not give it.
        EvidenceError: where the evidence cannot be read, is of a newer version, or damaged.
        ManifestError: where the manifest is faulty.
        HubError: where the Hub does not give it.
    """
    path = Path(side)
    if side.startswith(HUB):
        return state_on_hub(side.removeprefix(HUB), hub())
    revision, colon, within = side.partition(":")
    try:
        here = path.exists()
    except (OSError, ValueError) as error:
        raise ComparisonError(f"{side} is no name of a file", remedy=_WHAT) from error
    if here or not colon:
        return _of_path(Disk(), path)
    repository = Repository.around(Path())
    commit = repository.commit(revision)
    start = Path() if within.startswith(("./", "../")) and not repository.bare else repository.top
    path = start / within
    if within.startswith("/") or repository.path_of(path).startswith("../"):
        remedy = "Behind the colon stands a path from the repository's top; `./` starts it from here."
        raise ComparisonError(f"{within} is outside of the repository", remedy=remedy)
    with blobs_of(repository) as blobs:
        return _of_path(Commit(repository, blobs, commit, revision), path)


def _of_path(files: Files, path: Path) -> State:
    if files.is_folder(path):
        return read.of_folder(files, path)
    if not files.is_file(path):
        raise ComparisonError(f"{files.label(path)} {files.absence(path)}", remedy=_WHAT)
    if path.suffix == ".json":
        return read.of_evidence(files, path)
    if path.suffix in SUFFIXES:
        return read.of_manifest(files, path)
    raise ComparisonError(f"{files.label(path)} is no manifest and no evidence", remedy=_WHAT)
