"""Where things stand in a file, and the problems found there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from cardgen.errors import Problem
from cardgen.patterns import regex

Path = tuple[str | int, ...]
"""Keys and list indices from the top of the file: ``("evaluation", "metrics", 0)``."""

_PART = regex(r"\[(\d+)\]|([^.\[\]]+)")


class Place(NamedTuple):
    """A character in a file; both 1-based."""

    line: int
    column: int


class Entry(NamedTuple):
    """Where one value of a file stands."""

    key: Place | None
    """``None`` for list items and the whole file."""
    value: Place


def show_path(path: Path) -> str:
    """The path as messages write it: ``evaluation.metrics[0]``."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            shown += f".{part}" if shown else part
    return shown


def path_of_key(key: str) -> Path:
    """The path that :func:`show_path` writes as ``key``."""
    return tuple(int(index) if index else name for index, name in _PART.findall(key))


@dataclass
class Findings:
    """The problems of one file, gathered as they are found; one problem for each thing that is wrong."""

    file: str
    entries: Mapping[Path, Entry] = field(default_factory=dict)
    _found: list[Problem] = field(default_factory=list)
    _bad: set[Path] = field(default_factory=set)
    _around_bad: set[Path] = field(default_factory=set)
    """What is wrong, and all that it stands in."""

    def add(self, path: Path, message: str, remedy: str = "", *, at: Literal["key", "value"] = "value") -> None:
        """Note a problem with ``path``, unless it or something around it is known to be wrong already.

        A problem with a key says nothing of what stands below it, which is still looked at.
        """
        if self.sound(path):
            self.add_at(self.place(path, at), path, message, remedy)
            if at == "value":
                self.spoil(path)

    def add_at(self, place: Place | None, path: Path, message: str, remedy: str = "") -> None:
        """Note a problem at a place, whatever else was found."""
        line, column = place or (None, None)
        self._found.append(Problem(self.file, line, column, show_path(path), message, remedy))

    def spoil(self, path: Path) -> None:
        """Take ``path`` as wrong, so that no rule speaks about its value."""
        self._bad.add(path)
        self._around_bad.update(path[:length] for length in range(len(path) + 1))

    def sound(self, *paths: Path) -> bool:
        """Whether nothing wrong is known of these paths, nor of anything around them."""
        return not any(path[:length] in self._bad for path in paths for length in range(len(path) + 1))

    def spoilt_within(self, path: Path) -> bool:
        """Whether something wrong is known of ``path`` or of anything inside it."""
        return path in self._around_bad

    def place(self, path: Path, at: Literal["key", "value"]) -> Place | None:
        """Where ``path`` stands; for what is not in the file, where it is missing."""
        if path in self.entries:
            entry = self.entries[path]
            return entry.key if at == "key" and entry.key else entry.value
        for length in range(len(path) - 1, -1, -1):
            if path[:length] in self.entries:
                entry = self.entries[path[:length]]
                return entry.key or entry.value
        return None

    def __iter__(self) -> Iterator[Problem]:
        """The problems in file order."""
        return iter(sorted(self._found, key=lambda found: (found.line or 0, found.column or 0, found.key)))

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self._found)


def strings_in(value: object, path: Path = ()) -> Iterable[tuple[Path, str]]:
    """Every text in a tree of lists and mappings, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings_in(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings_in(item, (*path, key))
