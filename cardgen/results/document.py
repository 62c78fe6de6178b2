"""A results file, read once: its text, and what it holds as JSON."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cardgen.errors import Problem, ResultsError, shown
from cardgen.reading import CONFIG_BYTES, read_bytes
from cardgen.results.values import name_of

_FETCH = "Fetch it again, or name the file that the tool wrote."
_POINTER = b"version https://git-lfs.github.com/spec/"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""Of encodings in which a shell of Windows writes what a tool prints."""


@dataclass(frozen=True)
class Document:
    """A results file."""

    label: str
    """As the user would type it."""
    name: str
    """Of the file, without its folder."""
    content: bytes

    @property
    def sha256(self) -> str:
        """Of its bytes, as 64 hex digits."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def text(self) -> str:
        """All of it, every end of a line as LF.

        Raises:
            ResultsError: where it is no text.
        """
        encoding = next((name for mark, name in _MARKS.items() if self.content.startswith(mark)), "utf-8")
        try:
            text = self.content.decode(encoding)
        except UnicodeDecodeError:
            raise self.error("is no text", remedy="Name the file that the evaluation tool wrote.") from None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def json_object(self) -> Mapping[str, Any] | None:
        """What it holds, where it is a JSON object; ``None`` where it does not begin like one.

        ``NaN`` and ``Infinity``, which JSON does not know and Python's tools write, are read as numbers.

        Raises:
            ResultsError: where it begins like JSON, and is none.
        """
        if not self.text.lstrip().startswith("{"):
            return None
        try:
            content: Mapping[str, Any] = json.loads(self.text, object_pairs_hook=self._object)
        except json.JSONDecodeError as error:
            raise self._no_json(error) from None
        except (RecursionError, ValueError):
            raise self.error("is JSON that no evaluation tool writes", remedy=_FETCH) from None
        return content

    def error(
        self, message: str, *, remedy: str, key: str = "", line: int | None = None, column: int | None = None
    ) -> ResultsError:
        """What to raise of the file."""
        return ResultsError((Problem(self.label, line, column, key, message, remedy),))

    def _no_json(self, error: json.JSONDecodeError) -> ResultsError:
        text = self.text.rstrip()
        if error.msg == "Extra data":
            what, remedy = "holds several JSON values, as files of samples do", "Name the file of results beside it."
        elif not text.endswith("}") or error.pos >= len(text):
            what, remedy = "is cut: it ends before its JSON does", _FETCH
        else:
            what, remedy = f"is no JSON: {error.msg}", _FETCH
        return self.error(what, remedy=remedy, line=error.lineno, column=error.colno)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for name, value in pairs:
            if name in content:
                raise self.error(
                    "a name stands twice in one object, so that nobody knows which is meant",
                    remedy=_FETCH,
                    key=name_of(name) or "",
                )
            content[name] = value
        return content


def read_document(path: Path) -> Document:
    """Read a results file.

    Raises:
        ResultsError: where it cannot be read, or is larger than 100 MB.
    """
    label = shown(path)
    try:
        document = Document(label, path.name, read_bytes(path, CONFIG_BYTES))
    except OSError as error:
        why = error.strerror or str(error)
        problem = Problem(label, None, None, "", f"cannot be read: {why}", "Name the file that the tool wrote.")
        raise ResultsError((problem,)) from None
    if not document.content.strip():
        raise document.error("is empty", remedy=_FETCH)
    if document.content.startswith(_POINTER):
        raise document.error("is a pointer of Git LFS and not the file itself", remedy="Fetch it: git lfs pull")
    return document
