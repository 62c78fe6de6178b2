"""The store: finished steps and what they made, by fingerprint, under ``.cardgen/`` at the project root.

A killed build leaves nothing that could be taken for a finished step: artifacts and records are written under
temporary names and renamed, the record last. What a fingerprint's lock guards is only written by its holder.
Whatever is read back has a hash: a record has its own, and those of the files that its step made.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Event

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from cardgen.errors import StepError
from cardgen.reading import RECORDS_BYTES, read_bytes
from cardgen.records.atomic import remove_unfinished, write_atomically
from cardgen.records.canonical import fingerprint
from cardgen.records.codec import UnsealedError, dump_sealed, load_record, load_sealed
from cardgen.records.content import file_sha256, list_files, unlisted_files
from cardgen.records.inputs import Resolution
from cardgen.records.locked import locked
from cardgen.records.record import ArtifactFile, DoneRecord, FailedRecord
from cardgen.records.states import States, but_for_names, folder_states

Warn = Callable[[str], None]

_RESOLUTION = TypeAdapter(Resolution)
_MOST_RECENT = 200
"""Records from which the time of further steps is told."""


def _ignore(_message: str) -> None:
    """Say nothing."""


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


class Store:
    """Content-addressed records and artifacts of one project."""

    def __init__(self, project_root: Path, warn: Warn = _ignore) -> None:
        self.root = project_root / ".cardgen"
        self._tell = warn
        self._told: set[str] = set()
        self._verified: dict[str, States] = {}

    def record(self, fingerprint: str) -> DoneRecord | None:
        """The finished step of this fingerprint; ``None`` where there is none, it failed, or the entry is damaged.

        An entry without a hash is none, and that is not worth a word: cardgen wrote such before it sealed records.
        """
        path = self._record_path(fingerprint)
        try:
            record = load_record(read_bytes(path, RECORDS_BYTES))
        except (FileNotFoundError, UnsealedError):
            return None
        except (OSError, ValueError):
            self._warn(f"{self._shown(path)} is damaged, and is not used")
            return None
        if record.fingerprint != fingerprint:
            self._warn(f"{self._shown(path)} belongs to another step, and is not used")
            return None
        return record if isinstance(record, DoneRecord) else None

    def restore(self, record: DoneRecord) -> None:
        """Put a sound record where one is that cannot be used; where there is none, none is written.

        Not while another build holds the step: that writes a record of its own.
        """
        if not self._record_path(record.fingerprint).exists():
            return
        lock = FileLock(self._folder("locks") / record.fingerprint)
        with suppress(Timeout):
            lock.acquire(timeout=0)
            try:
                if self.record(record.fingerprint) is None:
                    self.keep_record(record)
            finally:
                lock.release()

    def artifact(self, record: DoneRecord) -> Path | None:
        """Folder with what the step made, all of it and as it was; ``None`` where it is absent or damaged."""
        folder = self._artifact_path(record.fingerprint)
        if not folder.is_dir():
            return None
        states = but_for_names(folder_states(folder))
        if self._verified.get(record.fingerprint) == states:
            return folder
        for name in unlisted_files(folder, {file.path for file in record.artifact}):
            self._warn(f"{self._shown(folder / name)} was not made by its step, which runs again where needed")
            return None
        for file in record.artifact:
            path = folder / file.path
            if not path.is_file() or path.stat().st_size != file.bytes or file_sha256(path) != file.sha256:
                self._warn(f"{self._shown(path)} is damaged or not the one recorded; its step runs again where needed")
                return None
        self._verified[record.fingerprint] = states
        return folder

    def artifact_states(self, record: DoneRecord) -> States:
        """The states of an artifact's files, for :meth:`stayed`; none where there is no artifact."""
        return folder_states(self._artifact_path(record.fingerprint))

    def stayed(self, record: DoneRecord, before: States) -> bool:
        """Whether an artifact was as it should be ever since its files had certain states.

        The code of a card runs on hard links to them, and making those changes their times of change: where only these
        are others, all is read again. It does not hold against a file that was another one meanwhile and then was given
        its content and its time of modification back.
        """
        now = self.artifact_states(record)
        if but_for_names(now) != but_for_names(before):
            return False
        if now != before:
            self._verified.pop(record.fingerprint, None)
        return self.artifact(record) is not None

    def records(self) -> Iterator[DoneRecord]:
        """The finished steps that were written last, the oldest of them first; what is damaged is passed over."""
        paths = [path for path in (self.root / "records").glob("*.json") if not path.name.startswith(".")]
        for path in sorted(paths, key=_written)[-_MOST_RECENT:]:
            try:
                record = load_record(read_bytes(path, RECORDS_BYTES))
            except (OSError, ValueError):
                continue
            if isinstance(record, DoneRecord):
                yield record

    @contextmanager
    def lock(self, fingerprint: str, waiting: Callable[[], None], stopped: Event | None = None) -> Iterator[None]:
        """Hold the step of this fingerprint; ``waiting`` is called once if another build holds it.

        The lock is the operating system's: it ends with its holder, however that dies.

        Raises:
            CancelledError: where ``stopped`` is set while it waits.
        """
        with locked(self._folder("locks") / fingerprint, waiting, stopped):
            yield

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """An empty folder for one build's workers; gone afterwards."""
        for number in count():
            name = f"workers-{number}"
            lock = FileLock(self._folder("locks") / name)
            with suppress(Timeout):
                lock.acquire(timeout=0)
                break
        folder = self._folder("tmp") / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.release()

    def tidy(self) -> None:
        """Remove the scratch folders and half-written files that killed builds left: no living one holds them."""
        for folder in (self.root / "tmp").glob("*"):
            lock = FileLock(self._folder("locks") / folder.name)
            with suppress(Timeout):
                lock.acquire(timeout=0)
                shutil.rmtree(folder, ignore_errors=True)
                lock.release()
        for place in ("records", "resolutions"):
            remove_unfinished(self.root / place)

    @contextmanager
    def scratch(self, fingerprint: str) -> Iterator[Path]:
        """An empty folder on the store's file system, for the lock's holder; gone afterwards."""
        folder = self._folder("tmp") / fingerprint
        shutil.rmtree(folder, ignore_errors=True)  # a killed build's
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep_artifact(self, fingerprint: str, made: Path) -> tuple[ArtifactFile, ...]:
        """Move a finished artifact from scratch into the store, and say what it holds."""
        files = list_files(made)
        target = self._artifact_path(fingerprint)
        self._folder("artifacts")
        shutil.rmtree(target, ignore_errors=True)  # damaged, or left by a build that was killed before its record
        made.rename(target)
        self._verified[fingerprint] = but_for_names(folder_states(target))
        return files

    def keep_record(self, record: DoneRecord | FailedRecord) -> None:
        """Write a record; a finished step exists from here on."""
        self._folder("records")
        write_atomically(self._record_path(record.fingerprint), dump_sealed(record.model_copy(update={"step": ""})))

    @contextmanager
    def journal(
        self, fingerprint: str, waiting: Callable[[], None], stopped: Event | None = None, *, anew: bool
    ) -> Iterator[Path]:
        """Hold the file in which trials of this fingerprint are written down, to outlive a kill of the worker.

        Several steps may go by the same trials: ``waiting`` is called once if another holds the file. What earlier ones
        left there is this one's to read, unless it is to begin ``anew``.

        Raises:
            CancelledError: where ``stopped`` is set while it waits.
        """
        path = self._folder("tuning") / f"{fingerprint}.jsonl"
        with self.lock(fingerprint, waiting, stopped):
            if anew:
                path.unlink(missing_ok=True)
            yield path

    def resolutions(self) -> dict[str, Resolution]:
        """What names on the Hub meant when builds of this project last looked, by a key of no meaning."""
        found = {}
        for path in sorted((self.root / "resolutions").glob("*.json")):
            try:
                found[path.stem] = load_sealed(read_bytes(path, RECORDS_BYTES), _RESOLUTION)
            except UnsealedError:
                continue
            except (OSError, ValueError):
                self._warn(f"{self._shown(path)} is damaged; its name is resolved again")
        return found

    def keep_resolution(self, resolution: Resolution) -> None:
        """Remember what a name on the Hub meant, so that a build that was stopped goes on with the same inputs."""
        name = {"what": resolution.what, "id": resolution.source.id, "revision": resolution.requested_revision}
        path = self._folder("resolutions") / f"{fingerprint(name)}.json"
        with self._writing(path):
            write_atomically(path, dump_sealed(resolution))

    def was_seen(self, fingerprint: str) -> bool:
        """Whether the look of this fingerprint found nothing wrong with its data before."""
        return (self.root / "seen" / fingerprint).is_file()

    def keep_seen(self, fingerprint: str) -> None:
        """Remember that the look of this fingerprint found nothing wrong."""
        path = self._folder("seen") / fingerprint
        with self._writing(path):
            path.touch()

    def _warn(self, message: str) -> None:
        """Say something once, however often it is met."""
        if message not in self._told:
            self._told.add(message)
            self._tell(message)

    def _record_path(self, fingerprint: str) -> Path:
        return self.root / "records" / f"{fingerprint}.json"

    def _artifact_path(self, fingerprint: str) -> Path:
        return self.root / "artifacts" / fingerprint

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.root.parent).as_posix()

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        if not folder.is_dir():
            with self._writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
                (self.root / ".gitignore").write_text("*\n", encoding="utf-8")
        return folder

    @contextmanager
    def _writing(self, path: Path) -> Iterator[None]:
        """Tell what cannot be written as an error that people can mend."""
        try:
            yield
        except OSError as error:
            raise StepError(
                f"{self._shown(path)} cannot be written: {error.strerror}",
                remedy="The store, .cardgen/, is a folder of cardgen's own: it takes space, and rights to write.",
            ) from error
