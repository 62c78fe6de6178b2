"""Going through a file from its begin, without reading what is passed over."""

from __future__ import annotations

from cardgen.errors import ModelFilesError
from cardgen.weights.inspect.files import ModelFiles

_CHUNK_BYTES = 1 << 18
"""Read at once: a file far away is asked seldom, and not for much that nobody wants."""


class Cursor:
    """A place in a file, and the bytes around it."""

    def __init__(self, files: ModelFiles, name: str) -> None:
        self.at = 0
        self.size = files.sizes[name]
        self._files = files
        self._name = name
        self._content = b""
        self._begin = 0

    def error(self, what: str) -> ModelFilesError:
        """What to raise where the file is not as it should be."""
        whole = f"{self._files.label}: {self._name} {what}."
        return ModelFilesError(whole, remedy="Fetch it again, or convert it anew.")

    def take(self, length: int) -> bytes:
        """The next bytes.

        Raises:
            ModelFilesError: where the file ends before.
        """
        end = self.at + length
        if end > self.size:
            raise self.error(f"is damaged or cut: what it lists goes on behind byte {self.size}")
        if not self._begin <= self.at or end > self._begin + len(self._content):
            kept = self._content[self.at - self._begin :] if self._begin <= self.at else b""
            self._begin = self.at
            start = self.at + len(kept)
            self._content = kept + self._files.read(self._name, start, max(_CHUNK_BYTES, end - start))
            if end > self._begin + len(self._content):
                raise self.error("could not be read to the end of what it lists")
        taken = self._content[self.at - self._begin : end - self._begin]
        self.at = end
        return taken

    def skip(self, length: int) -> None:
        """Pass over bytes.

        Raises:
            ModelFilesError: where the file ends before.
        """
        if self.at + length > self.size:
            raise self.error(f"is damaged or cut: what it lists goes on behind byte {self.size}")
        self.at += length
