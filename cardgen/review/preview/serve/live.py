"""Pages that are made anew when what they were made from has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cardgen.card.assemble import card_place
from cardgen.catalog.families import FAMILIES
from cardgen.errors import ManifestError, ProblemsError, shown
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.records.content import files_under
from cardgen.review.check.many import Share
from cardgen.review.decisions.file import decisions_path
from cardgen.review.preview.changes import Since, changes_since
from cardgen.review.preview.site import Site, make_site
from cardgen.review.preview.view import CardView, card_view, problem_notice
from cardgen.review.settings import FILES as SETTINGS


class _State(NamedTuple):
    """What the file system tells of a file; ``None`` in its place where there is none."""

    bytes: int
    modified_ns: int
    inode: int


@dataclass(frozen=True)
class _Shown:
    """A card as it is shown, and the files that it was made from."""

    view: CardView
    states: Mapping[Path, _State | None]
    sound: bool
    """Whether the manifest could be read, and so tells which files it names."""


class LivePages:
    """The pages of some manifests as they are now. A thread may :meth:`refresh` them while others read and wait."""

    def __init__(
        self,
        find: Callable[[], Sequence[Path]],
        base: str | None = None,
        only: Collection[Path] = (),
        share: Share = map,
    ) -> None:
        """Make the pages.

        Args:
            find: gives the manifests of the cards that are to be shown.
            base: the commit since which changes are shown.
            only: the manifests to compare; by default all, so that cards are told that are gone.
            share: the ``map`` to look at the cards by first.

        Raises:
            CardgenError: where git does not know the commit.
        """
        self._find, self._base, self._only = find, base, only
        manifests = tuple(dict.fromkeys(find()))
        self._shown = dict(zip(manifests, share(_look, manifests), strict=True))
        self._changed = threading.Condition()
        self.version = 1
        """Goes up with every change."""
        self.site: Site = self._made()

    def refresh(self) -> bool:
        """Make anew what has changed, and wake those who wait; whether anything has."""
        # A manifest that cannot be read is looked at every time, and nearly always found as it was.
        now = {path: self._seen(path, self._shown.get(path)) for path in self._find()}
        shown_now = {path: seen for path, seen in now.items() if seen is not None}
        if shown_now == self._shown:
            return False
        self._shown = shown_now
        with self._changed:
            self.version += 1
            self.site = self._made()
            self._changed.notify_all()
        return True

    def wait(self, version: int, seconds: float) -> int:
        """Wait, at most so long, until the version is another one; the version that it is then."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != version, seconds)
            return self.version

    def _seen(self, path: Path, known: _Shown | None) -> _Shown | None:
        if known is not None and not _is_stale(known):
            return known
        try:
            return _look(path)
        except OSError:  # a file was replaced while it was read; it is looked at again soon
            return known

    def _since(self, base: str) -> Since:
        try:
            return changes_since(base, self._only)
        except ProblemsError as error:  # settings or decisions that are being typed
            return Since(base, {}, (), str(error))

    def _made(self) -> Site:
        since = None if self._base is None else self._since(self._base)
        return make_site([each.view for each in self._shown.values()], since, version=self.version)


def _look(path: Path) -> _Shown:
    try:
        loaded = load_manifest(path)
    except ManifestError as error:
        return _Shown(_broken(path, error), {path: _state(path)}, sound=False)
    # Before they are read, so that what changes meanwhile is seen the next time.
    states = {file: _state(file) for file in _files(loaded)}
    return _Shown(card_view(loaded), states, sound=True)


def _broken(path: Path, error: ManifestError) -> CardView:
    notices = tuple(map(problem_notice, error.problems))
    name = shown(path)
    return CardView(path.stem, name, path.stem, path.stem, "", built=False, notices=notices, unreadable=True)


def _is_stale(known: _Shown) -> bool:
    return not known.sound or any(_state(path) != state for path, state in known.states.items())


def _files(loaded: LoadedManifest) -> Iterator[Path]:
    """Every file that a card is made from, and the folders in which another may appear."""
    manifest = loaded.manifest
    yield loaded.path
    for prose in manifest.prose.values():
        if prose.endswith(".md") and "\n" not in prose:
            yield loaded.folder / prose
    if manifest.card not in FAMILIES:
        yield loaded.folder / manifest.card
    if manifest.base_model.card is not None:
        yield loaded.folder / manifest.base_model.card
    yield decisions_path(loaded.root, loaded.name)
    yield from (loaded.root / name for name in SETTINGS)
    place = card_place(loaded).folder
    yield place
    yield place / "assets"
    yield place / "evidence.json"
    yield from files_under(place) if place.is_dir() else ()


def _state(path: Path) -> _State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return _State(found.st_size, found.st_mtime_ns, found.st_ino)
