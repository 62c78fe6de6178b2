"""Whether files are still as they were when they were hashed, and were so all the while.

A hash before and after does not tell: a file may have been another in between. What the file system keeps of a file
does: a write, a replacement and a renaming each leave another inode, another time of modification or, where that was
put back, another time of change, which no program can set. That holds wherever the operating system keeps such times,
to within one tick of its clock; where it does not, the hash that :meth:`LocalInput.change` takes again tells what still
differs. It does not hold against a folder above the input that is exchanged for another one and put back.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cardgen.records.content import bears_on_results, content_sha256, files_under


class FileState(NamedTuple):
    """What the file system tells of a file."""

    device: int
    inode: int
    bytes: int
    modified_ns: int
    changed_ns: int = 0
    """When anything about the file changed last, its name and the number of its names included."""

    def but_for_names(self) -> FileState:
        """The same, whatever hard links were made to the file or removed."""
        return self._replace(changed_ns=0)


States = Mapping[str, tuple[FileState, ...]]
"""Relative POSIX path to the state of a file; before it, where that is a link, the link's own."""


def folder_states(folder: Path) -> States:
    """The states of all files under a folder.

    Raises:
        OSError: where one cannot be looked at.
    """
    return {path.relative_to(folder).as_posix(): _states(path) for path in files_under(folder)}


def but_for_names(states: States) -> States:
    """The same states, whatever hard links were made to the files or removed."""
    return {name: tuple(state.but_for_names() for state in each) for name, each in states.items()}


@dataclass(frozen=True)
class LocalInput:
    """A file or folder that steps read, as it was when it was hashed."""

    path: Path
    """Absolute, and without links, which could come to lead elsewhere."""
    sha256: str
    """See :func:`cardgen.records.content.content_sha256`."""
    states: States

    @classmethod
    def hashed(cls, path: Path) -> LocalInput:
        """Hash a file or folder.

        Raises:
            OSError: where it cannot be read.
        """
        path = path.resolve()
        states = _input_states(path)
        return cls(path, content_sha256(path), states)

    @property
    def bytes(self) -> int:
        """Of what the hash is taken over."""
        return sum(states[-1].bytes for states in self.states.values())

    def change(self, *, hash_again: bool) -> str | None:
        """What is not as it was: a relative path, empty for the input itself; ``None`` where all is.

        Args:
            hash_again: read all of it, too; without that, only states are looked at.
        """
        try:
            states = _input_states(self.path)
            changed = {name for name, _state in set(self.states.items()) ^ set(states.items())}
            if changed:
                return min(changed)
            return "" if hash_again and content_sha256(self.path) != self.sha256 else None
        except OSError:
            return ""


def _input_states(path: Path) -> States:
    if not path.is_dir():
        return {"": _states(path)}
    return {name: states for name, states in folder_states(path).items() if bears_on_results(name)}


def _states(path: Path) -> tuple[FileState, ...]:
    found = path.lstat()
    own = _state(found)
    return (own, _state(path.stat())) if path.is_symlink() else (own,)


def _state(found: os.stat_result) -> FileState:
    return FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
