"""A store that a team shares: what another build has finished is taken, and what this one finishes is offered.

It lies wherever fsspec reaches: a folder of a local or network disk, ``s3://``, ``hf://``. It is a help and no more:
one that is slow, full, read-only, damaged or gone is told once, and the build goes on with its own store. What is taken
from it is held to the hashes in its record, and then is an entry of the project's own store like any other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from cardgen.reading import RECORDS_BYTES
from cardgen.records.atomic import write_atomically
from cardgen.records.codec import dump_sealed, load_record
from cardgen.records.content import list_files
from cardgen.records.record import DoneRecord
from cardgen.records.store import Store

RECORD_LIMIT_S = 30.0
"""So long may a record take."""
ARTIFACT_LIMIT_S = 900.0
"""So long may the files of a step take."""

_SCHEME = "://"

T = TypeVar("T")


class SharedStore:
    """Records and artifacts under a URL: ``records/FINGERPRINT.json`` and ``artifacts/FINGERPRINT/PATH``."""

    def __init__(
        self,
        url: str,
        store: Store,
        warn: Callable[[str], None],
        *,
        record_limit_s: float = RECORD_LIMIT_S,
        artifact_limit_s: float = ARTIFACT_LIMIT_S,
    ) -> None:
        """Nothing is asked yet.

        Args:
            url: of fsspec, or the path of a folder.
            store: the project's own.
            warn: told once what is wrong with the shared one.
            record_limit_s: seconds after which it is given up, for a record.
            artifact_limit_s: the same for the files of a step.
        """
        self._url = url if _SCHEME in url else Path(url).absolute().as_uri()
        self._store = store
        self._warn = warn
        self._record_limit_s = record_limit_s
        self._artifact_limit_s = artifact_limit_s
        self._found: tuple[Any, str] | None = None
        self._gone = threading.Event()
        self._unwritable = threading.Event()

    def record(self, fingerprint: str) -> DoneRecord | None:
        """The finished step of this fingerprint, which is put into the project's own store; ``None`` without one."""

        def read() -> bytes | None:
            system, root = self._opened()
            try:
                return bytes(system.cat_file(f"{root}/records/{fingerprint}.json", end=RECORDS_BYTES + 1))
            except FileNotFoundError:
                return None

        content = self._asked(read, self._record_limit_s)
        if content is None:
            return None
        try:
            record = load_record(content)
        except ValueError:
            record = None
        if not isinstance(record, DoneRecord) or record.fingerprint != fingerprint:
            self._warn(f"the record {fingerprint[:12]} in the shared store is damaged, and is not used")
            return None
        self._store.keep_record(record)
        return record

    def artifact(self, record: DoneRecord) -> bool:
        """Put what a step made into the project's own store; whether it is there, whole and as it was made."""
        if any(not _is_inside(file.path) for file in record.artifact):
            self._warn(f"the record {record.fingerprint[:12]} in the shared store names files outside, and is not used")
            return False

        def fetch() -> bool:
            system, root = self._opened()
            with self._store.scratch(f"shared-{record.fingerprint}") as scratch:
                for file in record.artifact:
                    target = scratch / "artifact" / file.path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    system.get_file(f"{root}/artifacts/{record.fingerprint}/{file.path}", str(target))
                (scratch / "artifact").mkdir(exist_ok=True)
                if self._gone.is_set():
                    return False  # it came too late
                if set(list_files(scratch / "artifact")) != set(record.artifact):
                    return False
                self._store.keep_artifact(record.fingerprint, scratch / "artifact")
                return True

        try:
            whole = self._asked(fetch, self._artifact_limit_s, absent=FileNotFoundError)
        except FileNotFoundError:
            return False
        if whole is False and not self._gone.is_set():
            self._warn(f"what the shared store has of the step {record.fingerprint[:12]} is damaged, and is not used")
        return bool(whole) and self._store.artifact(record) is not None

    def offer(self, record: DoneRecord) -> None:
        """Put a finished step there, the record last: who finds it finds its files."""
        if self._unwritable.is_set():
            return
        folder = self._store.artifact(record)
        if folder is None and record.artifact:
            return
        files = [(folder / file.path, file.path) for file in record.artifact] if folder is not None else []

        def put() -> bool:
            system, root = self._opened()
            if system.exists(f"{root}/records/{record.fingerprint}.json"):
                return True
            for made, path in files:
                target = f"{root}/artifacts/{record.fingerprint}/{path}"
                system.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
                system.put_file(str(made), target)
            system.makedirs(f"{root}/records", exist_ok=True)
            target = f"{root}/records/{record.fingerprint}.json"
            text = dump_sealed(record.model_copy(update={"step": ""}))
            if "file" in system.protocol:
                write_atomically(Path(target), text)  # a bucket has whole objects only
            else:
                system.pipe_file(target, text.encode())
            return True

        self._asked(put, self._artifact_limit_s, writing=True)

    def _opened(self) -> tuple[Any, str]:
        if self._found is None:
            from fsspec.core import url_to_fs

            system, root = url_to_fs(self._url)
            self._found = system, root.rstrip("/")
        return self._found

    def _asked(
        self, what: Callable[[], T], limit_s: float, *, writing: bool = False, absent: type[Exception] | None = None
    ) -> T | None:
        """Ask it, in a thread that is left alone where it hangs: no file system of fsspec can be made to stop."""
        if self._gone.is_set():
            return None
        ended: list[T] = []
        failed: list[Exception] = []

        def ask() -> None:
            try:
                ended.append(what())
            except Exception as error:  # noqa: BLE001 - of whatever library the URL leads to
                failed.append(error)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(limit_s)
        if ended:
            return ended[0]
        if failed and absent is not None and isinstance(failed[0], absent):
            raise failed[0]
        if writing and failed:
            self._unwritable.set()
            self._warn(f"nothing is written to the shared store any more: {_reason(failed[0])}")
        elif not self._gone.is_set():
            self._gone.set()
            why = _reason(failed[0]) if failed else f"it did not answer in {limit_s:g} s"
            self._warn(f"the build goes on without the shared store: {why}")
        return None


def _is_inside(path: str) -> bool:
    """Whether a path leads to a file below the folder that it is relative to."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path and ":" not in parts[0]


def _reason(error: Exception) -> str:
    """Without the URL, which may hold a key."""
    if isinstance(error, ImportError) and error.name:
        return f"its file system takes the Python package {error.name}, which is not installed"
    return getattr(error, "strerror", None) or type(error).__name__
