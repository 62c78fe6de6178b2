"""A store that a team shares: what it has is taken once hashes are checked, and what is wrong with it stops nothing."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from cardgen.records.store import Store
from cardgen.run.progress import Silent
from cardgen.run.scheduler import Resources, run_parts
from cardgen.run.shared import SharedStore
from cardgen.run.step import Outcome
from tests.run.test_scheduler import COMMITTED, PLAN, Scripted, nobody, part


class Broken(LocalFileSystem):  # type: ignore[misc]  # fsspec has no types
    """A file system that fails, or never answers, as a test says."""

    protocol = "broken"
    cachable = False
    fails_to_read: Exception | None = None
    fails_to_write: Exception | None = None
    after = 0
    """So many calls go well before."""
    hangs: threading.Event | None = None

    @classmethod
    def _strip_protocol(cls, path: str, **_given: Any) -> str:
        return path.removeprefix("broken://")

    def _ask(self, error: Exception | None) -> None:
        kind = type(self)
        if kind.hangs is not None:
            kind.hangs.wait()
        if error is not None:
            if kind.after == 0:
                raise error
            kind.after -= 1

    def open(self, path: str, mode: str = "rb", **given: Any) -> Any:
        self._ask(self.fails_to_read)
        return super().open(path, mode, **given)

    def put_file(self, *given: Any, **named: Any) -> None:
        self._ask(self.fails_to_write)
        super().put_file(*given, **named)

    def pipe_file(self, path: str, value: bytes, **_given: Any) -> None:
        self._ask(self.fails_to_write)
        Path(path).write_bytes(value)


@pytest.fixture
def broken() -> Iterator[type[Broken]]:
    fsspec.register_implementation("broken", Broken, clobber=True)
    yield Broken
    if Broken.hangs is not None:
        Broken.hangs.set()
    Broken.fails_to_read = Broken.fails_to_write = Broken.hangs = None
    Broken.after = 0


def run(project: Path, url: str, executor: Scripted | None = None, **limits: float) -> tuple[Outcome, list[str]]:
    """Run the plan beside a shared store; what became of it, and what was said."""
    said: list[str] = []
    store = Store(project, warn=said.append)
    shared = SharedStore(url, store, said.append, **limits)
    place = (lambda _place: executor) if executor is not None else nobody
    resources = Resources(lambda _name: Path("python"), place, Silent())
    outcome = run_parts([part(files=lambda _name: None)], store, resources, shared=shared)
    return outcome, said


def records(folder: Path) -> list[Path]:
    return sorted((folder / "records").glob("*.json"))


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A shared store with every step of the plan, made by another's build."""
    _outcome, said = run(tmp_path / "theirs", str(tmp_path / "shared"), Scripted())
    assert said == []
    assert len(records(tmp_path / "shared")) == len(PLAN.steps)
    return tmp_path / "shared"


@pytest.mark.parametrize("url", ["{}", "file://{}", "memory://{}"])
def test_what_another_has_finished_is_not_done_again(url: str, tmp_path: Path) -> None:
    address = url.format(tmp_path / "shared")
    theirs, _said = run(tmp_path / "theirs", address, Scripted())
    ours, said = run(tmp_path / "ours", address)
    assert ours.records == theirs.records
    assert (ours.ran, said) == ([], [])
    again, said = run(tmp_path / "ours", str(tmp_path / "nowhere"))
    assert (again.records, said) == (ours.records, [])


def test_an_artifact_is_fetched_where_a_step_needs_it(filled: Path, tmp_path: Path) -> None:
    scored = [step for step in PLAN.steps if step.request.kind == "evaluate"]
    for step in scored:
        (filled / "records" / f"{step.fingerprint}.json").unlink()
    executor = Scripted()
    outcome, said = run(tmp_path / "ours", str(filled), executor)
    assert said == []
    assert set(outcome.ran) == {step.fingerprint for step in scored}
    kept = {path.name for path in (tmp_path / "ours" / ".cardgen" / "artifacts").iterdir()}
    assert kept - set(outcome.ran) == {digest for step in scored for digest in step.needs.values()}
    assert len(records(filled)) == len(PLAN.steps), "what was done is offered"


def test_a_damaged_record_is_told_and_done_again(filled: Path, tmp_path: Path) -> None:
    first, *_others = records(filled)
    first.write_bytes(first.read_bytes().replace(b'"seconds"', b'"Seconds"'))
    outcome, said = run(tmp_path / "ours", str(filled), Scripted())
    assert outcome.ran == [first.stem]
    (told,) = said
    assert "is damaged, and is not used" in told


def test_a_record_of_another_step_is_told_and_not_used(filled: Path, tmp_path: Path) -> None:
    first, second, *_others = records(filled)
    first.write_bytes(second.read_bytes())
    outcome, said = run(tmp_path / "ours", str(filled), Scripted())
    assert outcome.ran == [first.stem]
    assert len(said) == 1


@pytest.mark.parametrize("change", ["other", "gone", "longer"])
def test_a_damaged_artifact_is_never_used(change: str, filled: Path, tmp_path: Path) -> None:
    (scored,) = [step for step in PLAN.steps if step.name == "evaluate onnx"]
    (filled / "records" / f"{scored.fingerprint}.json").unlink()
    damaged = scored.needs["predictions"]
    file = filled / "artifacts" / damaged / "made.bin"
    if change == "gone":
        file.unlink()
    else:
        file.write_bytes(b"pickles" if change == "other" else file.read_bytes() + b"!")
    outcome, said = run(tmp_path / "ours", str(filled), Scripted())
    assert {damaged, scored.fingerprint} <= set(outcome.ran)
    assert all("is damaged, and is not used" in line for line in said)
    assert len(said) == (0 if change == "gone" else 1)
    store = Store(tmp_path / "ours")
    assert store.artifact(outcome.records[damaged]) is not None


def test_no_record_names_files_outside_its_folder(filled: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "ours")
    shared = SharedStore(str(filled), store, lambda _said: None)
    record = next(iter(COMMITTED.values()))
    for path in ("../outside", "/outside", "a/../../outside", "..\\outside", "c:outside"):
        (file,) = record.artifact[:1]
        odd = record.model_copy(update={"artifact": (file.model_copy(update={"path": path}),)})
        assert not shared.artifact(odd)
    assert not (tmp_path / "ours" / ".cardgen" / "artifacts").exists()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ECONNREFUSED, "Connection refused", "s3://key:secret@host"), "Connection refused"),
        (RuntimeError("secret"), "RuntimeError"),
        (ImportError("no s3fs", name="s3fs"), "takes the Python package s3fs"),
    ],
)
def test_one_that_goes_away_is_told_once_and_the_build_goes_on(
    error: Exception, says: str, filled: Path, tmp_path: Path, broken: type[Broken]
) -> None:
    broken.fails_to_read, broken.after = error, 2
    outcome, said = run(tmp_path / "ours", f"broken://{filled}", Scripted())
    (told,) = said
    assert says in told
    assert "secret" not in told
    assert set(outcome.records) == {step.fingerprint for step in PLAN.steps}
    assert len(outcome.ran) == len(PLAN.steps), "of what was found, no artifact could be fetched"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_one_that_cannot_be_written_is_told_once_and_read_on(
    code: int, filled: Path, tmp_path: Path, broken: type[Broken]
) -> None:
    lost = records(filled)[:3]
    for path in lost:
        path.unlink()
    broken.fails_to_write = OSError(code, "cannot be written")
    outcome, said = run(tmp_path / "ours", f"broken://{filled}", Scripted())
    assert said == ["nothing is written to the shared store any more: cannot be written"]
    assert {path.stem for path in lost} <= set(outcome.ran)
    assert set(outcome.records) == {step.fingerprint for step in PLAN.steps}


def test_one_that_never_answers_is_given_up(filled: Path, tmp_path: Path, broken: type[Broken]) -> None:
    broken.hangs = threading.Event()
    outcome, said = run(tmp_path / "ours", f"broken://{filled}", Scripted(), record_limit_s=0.05, artifact_limit_s=0.05)
    assert said == ["the build goes on without the shared store: it did not answer in 0.05 s"]
    assert len(outcome.ran) == len(PLAN.steps)


def test_a_file_system_that_is_unknown_is_told(tmp_path: Path) -> None:
    outcome, said = run(tmp_path / "ours", "no-such-thing://bucket", Scripted())
    assert len(said) == 1
    assert len(outcome.ran) == len(PLAN.steps)
