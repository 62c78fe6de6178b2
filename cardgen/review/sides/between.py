"""All cards that differ between two states of a repository."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cardgen.errors import CardgenError, ComparisonError, shown
from cardgen.review.sides import read
from cardgen.review.sides.affected import Affected, affected, changed_files
from cardgen.review.sides.blobs import blobs_of
from cardgen.review.sides.files import Commit, Disk, Files
from cardgen.review.sides.git import Repository
from cardgen.review.state import State


@dataclass(frozen=True)
class Pair:
    """Two states of one card, one of which may not be there."""

    name: str
    """Of the card now, or of the one that is gone."""
    old: State | None
    new: State | None
    old_label: str | None
    """What the old state is called; ``None`` where the card is new."""
    new_label: str | None
    """``None`` where the card is gone."""
    root: Path
    """The project that the card is of, now or at last."""
    error: CardgenError | None = None
    """Why a state that is there could not be read. Then nothing can be said of what changed."""


@dataclass(frozen=True)
class Between:
    """Two states of a repository."""

    repository: Repository
    old: Commit
    new: Commit | Disk

    def pairs(self, only: Collection[Path] = ()) -> Iterator[Pair]:
        """Every card that differs: its manifest, its evidence, its text, or a file with prose that it names.

        A manifest that was renamed is one pair.

        Args:
            only: manifests to look at; by default all.

        Raises:
            ComparisonError: where git fails, or one of the manifests is in neither state.
        """
        for path in only:
            if not any(files.is_file(path) for files in (self.old, self.new)):
                remedy = "Name manifests as they are called here, such as manifests/mine.yaml."
                raise ComparisonError(f"{shown(path)} is no file, neither now nor before", remedy=remedy)
        chosen = {self.repository.path_of(path) for path in only}
        for found in affected(self.repository, self.old, self.new):
            if not chosen or chosen & {found.old, found.new}:
                yield self._pair(found)

    def changed(self, wanted: Callable[[str], bool]) -> tuple[Path, ...]:
        """Those of the wanted files that are not the same in both.

        Args:
            wanted: takes a path from the repository's top.

        Raises:
            ComparisonError: where git fails.
        """
        found = changed_files(self.repository, self.old, self.new, wanted)
        return tuple(self.repository.top / path for path in found)

    def _pair(self, found: Affected) -> Pair:
        old_label, old, old_error = self._state(self.old, found, found.old)
        new_label, new, new_error = self._state(self.new, found, found.new)
        path = self.repository.top / (found.new or found.old or "")
        files: Files = self.new if found.new else self.old
        root = path.parent.parent if found.folder else files.project_root(path)
        return Pair(path.stem, old, new, old_label, new_label, root, old_error or new_error)

    def _state(
        self, files: Files, found: Affected, path: str | None
    ) -> tuple[str | None, State | None, CardgenError | None]:
        if path is None:
            return None, None, None
        place = self.repository.top / path
        label = files.label(place)
        try:
            return label, read.of_folder(files, place) if found.folder else read.of_manifest(files, place), None
        except CardgenError as error:
            return label, None, error


@contextmanager
def between(base: str, folder: Path | None = None) -> Iterator[Between]:
    """Two states of the repository that a folder is in.

    Args:
        base: ``A..B`` for two commits as they are, ``A...B`` for what B changed since it parted from A, as in a pull
            request; a single revision for what the working tree has changed since it parted from that.
        folder: by default the current one.

    Raises:
        ComparisonError: where git does not know them, or there is no repository.
    """
    repository = Repository.around(folder or Path())
    old, dots, new = base.partition("..")
    from_fork = not dots or new.startswith(".")
    new = new.removeprefix(".")
    if not dots and repository.bare:
        remedy = "Compare two commits: `A..B`."
        raise ComparisonError("a bare repository has no files to compare a commit with", remedy=remedy)
    start, end = repository.commit(old or ("HEAD" if dots else "")), repository.commit(new or "HEAD")
    if from_fork:
        start = repository.merge_base(start, end)
    with blobs_of(repository) as blobs:
        before = Commit(repository, blobs, start, old or "HEAD")
        yield Between(repository, before, Commit(repository, blobs, end, new or "HEAD") if dots else Disk())
