"""The one place where files that people name, or that lie where they can put them, are opened to be read.

A path may lead to a pipe or a device, which is never at its end, or of which the opening alone waits for ever; and to a
file of any length. So the core opens nothing otherwise, but for what the package itself holds. All that goes wrong is
an :class:`OSError` with words in its ``strerror``.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

TEXT_BYTES = 1_000_000
"""Of a manifest, a template, a passage of prose or a project's settings."""
CARD_BYTES = 10_000_000
CONFIG_BYTES = 100_000_000
"""Of a model's configuration, or of that of its tokenizer, which may list its words."""
RECORDS_BYTES = 500_000_000
"""Of evidence, or of what the store keeps."""


class UnreadableFileError(OSError):
    """There is something, and it cannot be read to its end."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(errno.EINVAL, why, str(path))


def open_file(path: Path) -> BufferedReader:
    """Open a file.

    Raises:
        IsADirectoryError: where it is a folder.
        UnreadableFileError: where it is no regular file.
        OSError: where it cannot be opened.
    """
    # Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise UnreadableFileError(path, "it is not a regular file")


def read_bytes(path: Path, most: int) -> bytes:
    """All of a file.

    Args:
        path: the file.
        most: bytes that it may have.

    Raises:
        UnreadableFileError: where it is no regular file, or a longer one.
        OSError: where it cannot be read.
    """
    with open_file(path) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise UnreadableFileError(path, f"it is larger than {most} bytes")
    return content


Read = Callable[[Path, int], bytes]
"""What :func:`read_bytes` does; the files may lie elsewhere than on the disk."""


def read_text(
    path: Path, most: int, *, encoding: str = "utf-8", errors: str = "strict", read: Read = read_bytes
) -> str:
    """All of a file as text, every end of a line as LF.

    Raises:
        UnicodeDecodeError: where it is not in this encoding.
        OSError: as :func:`read_bytes`.
    """
    text = read(path, most).decode(encoding, errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_text(name: str) -> bool:
    """Whether a file's name is characters throughout: the system takes any bytes, and a card holds characters."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
