"""Which cards differ between two states of a repository: found by what git says has changed, before anything is read.

A file that is named may make no difference after all; none that makes one is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from cardgen.catalog.families import TEMPLATE_SUFFIXES
from cardgen.manifest.load import SUFFIXES
from cardgen.patterns import regex
from cardgen.reading import RECORDS_BYTES, TEXT_BYTES
from cardgen.review.sides.files import Commit, Disk, Files
from cardgen.review.sides.git import Repository
from cardgen.review.sides.read import CARDS, MANIFESTS

_CARD_FILE = regex(rf"((?:.*/)?){CARDS}/([^/]+)/(?:(?:[^/]+/)?README\.md|evidence\.json)")
_NAMED_SUFFIXES = (".md", *TEMPLATE_SUFFIXES)
"""Of files that a manifest may name, and that bear on its card."""
_PROJECT_FILES = ("cardgen.toml", "pyproject.toml")
"""What makes a folder a project, and so decides where the cards of its manifests are."""
_OWN_KEY = regex(r"(?m)(?:^|[{,])[ \t]*[\"']?(repo_id|base_model)[\"']?[ \t]*:")
_REPO_ID = regex(r"(?m)(?:^|[{,])[ \t]*[\"']?repo_id[\"']?[ \t]*:[ \t]*[\"']?([^\s\"'#]+)")
_ESCAPE = regex(r"\\[xuU]")


@dataclass(frozen=True)
class Affected:
    """A card of which something has changed, by the manifest's path before and now, from the repository's top."""

    old: str | None
    new: str | None
    folder: bool = False
    """Whether the paths are those of the card's folder, for which there is no manifest."""


@dataclass(frozen=True)
class _Side:
    repository: Repository
    files: Files
    roots: dict[str, str] = field(default_factory=dict)
    """Folders with manifests to the projects that they are of."""

    @cached_property
    def paths(self) -> frozenset[str]:
        """All files."""
        return frozenset(self.files.paths if isinstance(self.files, Commit) else self.repository.listing_here())

    @cached_property
    def by_name(self) -> Mapping[str, tuple[str, ...]]:
        """Stem to the paths that may be manifests."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            if path.endswith(SUFFIXES):
                found.setdefault(PurePosixPath(path).stem, []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    def content(self, path: str, most: int = TEXT_BYTES) -> bytes | None:
        """All of a file; ``None`` where there is none that can be read."""
        try:
            return self.files.read(self.repository.top / path, most)
        except OSError:
            return None

    def text(self, path: str) -> str:
        """The same of a short file, whatever its encoding; nothing where there is none."""
        return (self.content(path) or b"").decode(errors="surrogateescape")

    def has(self, path: str) -> bool:
        """Whether there is a file."""
        return path in self.paths and (isinstance(self.files, Commit) or self.files.is_file(self.repository.top / path))

    def is_manifest(self, path: str) -> bool:
        """Whether a file looks like a manifest, which is no matter of its being sound."""
        text = self.text(path) if path.endswith(SUFFIXES) and self.has(path) else ""
        keys = {match[1] for match in _OWN_KEY.finditer(text)}
        by_custom = PurePosixPath(path).parent.name == MANIFESTS
        return len(keys) == 2 or (bool(keys) and by_custom)

    def root_of(self, path: str) -> str:
        """The project that a manifest is of, as a prefix of paths."""
        folder = path.rpartition("/")[0]
        if folder not in self.roots:
            root = self.repository.path_of(self.files.project_root(self.repository.top / path))
            self.roots[folder] = "" if root == "." else f"{root}/"
        return self.roots[folder]


def affected(repository: Repository, old: Commit, new: Commit | Disk) -> tuple[Affected, ...]:
    """The cards of which something has changed, by their paths.

    Raises:
        ComparisonError: where git fails.
    """
    sides = (_Side(repository, old), _Side(repository, new))
    changed = _changed(repository, old, new, _matters)
    touched = {path for path in changed if any(side.is_manifest(path) for side in sides)}
    folders: set[str] = set()
    for root, name in sorted({(match[1], match[2]) for path in changed if (match := _CARD_FILE.fullmatch(path))}):
        owners = {path for side in sides for path in _owners(side, root, name)}
        touched |= owners
        folder = f"{root}{CARDS}/{name}"
        if not owners and any(side.has(f"{folder}/evidence.json") for side in sides):
            folders.add(folder)
    touched |= set(_naming(changed, sides[1]))
    if any(PurePosixPath(path).name in _PROJECT_FILES for path in changed):
        touched |= set(_moved(*sides))
    pairs = _paired(repository, touched, *sides)
    found = [*pairs, *(_folder(path, *sides) for path in folders)]
    return tuple(sorted(found, key=lambda one: (one.new or one.old or "", one.old or "")))


def changed_files(
    repository: Repository, old: Commit, new: Commit | Disk, wanted: Callable[[str], bool]
) -> tuple[str, ...]:
    """Those of the wanted files that are not the same in both, by their paths from the top.

    Raises:
        ComparisonError: where git fails.
    """
    return tuple(sorted(_changed(repository, old, new, wanted)))


def _changed(repository: Repository, old: Commit, new: Commit | Disk, wanted: Callable[[str], bool]) -> set[str]:
    if isinstance(new, Commit):
        return {path for path in repository.changed(old.commit, new.commit) if wanted(path)}
    before, now = _Side(repository, old), _Side(repository, new)
    return {path for path in before.paths | now.paths if wanted(path) and _differs(path, old, before, now)}


def _matters(path: str) -> bool:
    return path.endswith((*SUFFIXES, *_NAMED_SUFFIXES, *_PROJECT_FILES)) or _CARD_FILE.fullmatch(path) is not None


def _differs(path: str, commit: Commit, old: _Side, new: _Side) -> bool:
    """Whether a file of the working tree is another one than in the commit, but for the ends of its lines."""
    known, now = commit.paths.get(path), new.content(path, RECORDS_BYTES)
    if known is None or now is None:
        return old.has(path) or new.has(path)
    if known == _git_hash(now, known):
        return False
    before = old.content(path, RECORDS_BYTES)
    return before is None or before.replace(b"\r\n", b"\n") != now.replace(b"\r\n", b"\n")


def _git_hash(content: bytes, like: str) -> str:
    """What git calls a file of this content; by SHA-1 or, in a repository that is kept by it, SHA-256."""
    digest = hashlib.new("sha256" if len(like) == hashlib.sha256().digest_size * 2 else "sha1", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()


def _owners(side: _Side, root: str, name: str) -> Iterator[str]:
    """The manifests whose card is in ``cards/NAME`` of a project."""
    for path in side.by_name.get(name, ()):
        if path.startswith(root) and side.is_manifest(path) and side.root_of(path) == root:
            yield path


def _naming(changed: Iterable[str], side: _Side) -> Iterator[str]:
    """Manifests whose text holds the name of a file with prose, or of a template, that has changed."""
    texts = [path for path in changed if path.endswith(_NAMED_SUFFIXES) and not _CARD_FILE.fullmatch(path)]
    names = {PurePosixPath(path).name for path in texts}
    if not names:
        return
    for path in (path for paths in side.by_name.values() for path in paths):
        text = side.text(path)
        if (any(name in text for name in names) or _ESCAPE.search(text)) and side.is_manifest(path):
            yield path


def _moved(old: _Side, new: _Side) -> Iterator[str]:
    """Manifests that have come to be of another project, so that their cards lie elsewhere."""
    for path in (path for paths in old.by_name.values() for path in paths):
        if new.has(path) and old.is_manifest(path) and old.root_of(path) != new.root_of(path):
            yield path


def _paired(repository: Repository, touched: Iterable[str], old: _Side, new: _Side) -> Iterator[Affected]:
    """Each manifest before and now; one that was renamed is one card, whose name has changed."""
    touched = sorted(touched)
    gone = [path for path in touched if old.is_manifest(path) and not new.has(path)]
    come = [path for path in touched if new.is_manifest(path) and not old.has(path)]
    renamed: dict[str, str] = {}
    if gone and come:
        before, after = (_by_repository(side, paths) for side, paths in ((old, gone), (new, come)))
        renamed = {before[name]: after[name] for name in before if name in after}
        commit = new.files.commit if isinstance(new.files, Commit) else None
        assert isinstance(old.files, Commit)
        for one, other in repository.renamed(old.files.commit, commit).items():
            if one in gone and other in come and one not in renamed and other not in renamed.values():
                renamed[one] = other
    for path in touched:
        if path in renamed:
            yield Affected(path, renamed[path])
        elif path not in renamed.values():
            yield Affected(path if old.is_manifest(path) else None, path if new.has(path) else None)


def _by_repository(side: _Side, paths: Iterable[str]) -> dict[str, str]:
    """Published name to the one manifest that has it."""
    found: dict[str, list[str]] = {}
    for path in paths:
        named = _REPO_ID.search(side.text(path))
        if named:
            found.setdefault(named[1], []).append(path)
    return {name: paths[0] for name, paths in found.items() if len(paths) == 1}


def _folder(path: str, old: _Side, new: _Side) -> Affected:
    evidence = f"{path}/evidence.json"
    return Affected(path if old.has(evidence) else None, path if new.has(evidence) else None, folder=True)
