"""What commits of git hold, all of it read through one process."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Literal, NamedTuple

from cardgen.errors import ComparisonError
from cardgen.review.sides.git import Repository, command, environ

_CHUNK = 1 << 20


class Found(NamedTuple):
    """What stands at a path of a commit."""

    kind: Literal["file", "folder", "link"]
    """A link that leads out of the commit, or nowhere."""
    content: bytes
    """Of a file, or where a link leads."""


class Blobs:
    """Reads from one repository; links within a commit are followed, as they are on the disk."""

    def __init__(self, asked: IO[bytes], told: IO[bytes]) -> None:
        self._asked = asked
        self._told = told

    def read(self, commit: str, path: str, most: int) -> Found | None:
        """What stands at ``path``, from the top of ``commit``; ``None`` where nothing does.

        Raises:
            OSError: where a file is longer than ``most`` bytes, or git could not be asked for such a path.
            ComparisonError: where git stops to answer.
        """
        if "\n" in path:
            raise OSError(errno.EINVAL, "its name holds the end of a line", path)
        try:
            self._asked.write(os.fsencode(f"{commit}:{path}\n"))
            self._asked.flush()
        except OSError as error:
            raise lost("what a commit holds") from error
        head = self._told.readline()
        if not head.endswith(b"\n"):
            raise lost("what a commit holds")
        if head.endswith((b" missing\n", b" ambiguous\n")):
            return None
        kind, _, length = head.strip().rpartition(b" ")
        return self._found(kind.rpartition(b" ")[2], int(length), path, most)

    def _found(self, kind: bytes, length: int, path: str, most: int) -> Found | None:
        if kind in (b"notdir", b"loop", b"dangling", b"symlink"):
            content = self._take(length)
            return None if kind == b"notdir" else Found("link", content)
        if kind != b"blob" or length > most:
            left = length
            while left:
                left -= len(self._take(min(left, _CHUNK), ended=False))
            self._take(0)
            if kind == b"blob":
                raise OSError(errno.EFBIG, f"it is larger than {most} bytes", path)
            return Found("folder", b"")
        return Found("file", self._take(length))

    def _take(self, length: int, *, ended: bool = True) -> bytes:
        """So many bytes, and the end of a line that git puts after all that it tells."""
        content = self._told.read(length + ended)
        if len(content) != length + ended:
            raise lost("what a commit holds")
        return content[:length]


@contextmanager
def blobs_of(repository: Repository) -> Iterator[Blobs]:
    """Start to read, and end the process afterwards."""
    asking = command(repository.folder, "cat-file", "--batch", "--follow-symlinks")
    pipe = subprocess.PIPE
    with subprocess.Popen(asking, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environ()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Blobs(process.stdin, process.stdout)
        finally:
            process.kill()


def lost(what: str) -> ComparisonError:
    """That git does not give what it should have."""
    return ComparisonError(
        f"git does not give {what}",
        remedy="`git fsck` tells what is wrong with the repository; a partial clone is made whole by "
        "`git fetch --refetch --no-filter`.",
    )
