from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from cardgen.errors import StepError
from cardgen.records.codec import dump_sealed
from cardgen.records.inputs import Resolution, Source
from cardgen.records.record import DoneRecord, FailedRecord, Failure
from cardgen.records.store import Store
from tests.factory import make_evidence, make_manifest
from tests.waiting import eventually

RECORD = make_evidence(make_manifest()).records[0].model_copy(update={"step": ""})  # of no plan


def keep(store: Store, content: bytes = b"weights") -> DoneRecord:
    with store.lock(RECORD.fingerprint, lambda: None), store.scratch(RECORD.fingerprint) as scratch:
        made = scratch / "artifact"
        (made / "onnx").mkdir(parents=True)
        (made / "onnx" / "model.onnx").write_bytes(content)
        record = RECORD.model_copy(update={"artifact": store.keep_artifact(RECORD.fingerprint, made)})
        store.keep_record(record)
    return record


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, warnings: list[str]) -> Store:
    return Store(tmp_path, warn=warnings.append)


def test_what_is_kept_is_found(store: Store) -> None:
    record = keep(store)
    assert store.record(record.fingerprint) == record
    folder = store.artifact(record)
    assert folder is not None
    assert (folder / "onnx" / "model.onnx").read_bytes() == b"weights"
    assert [file.path for file in record.artifact] == ["onnx/model.onnx"]


def test_an_empty_store_holds_nothing_and_makes_no_folder(store: Store, tmp_path: Path) -> None:
    assert store.record(RECORD.fingerprint) is None
    assert store.artifact(RECORD) is None
    assert list(tmp_path.iterdir()) == []


def test_git_ignores_the_store(store: Store, tmp_path: Path) -> None:
    keep(store)
    assert (tmp_path / ".cardgen" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"status": "done"}'])
def test_a_damaged_record_is_a_warned_miss(store: Store, tmp_path: Path, warnings: list[str], damage: bytes) -> None:
    keep(store)
    (tmp_path / ".cardgen" / "records" / f"{RECORD.fingerprint}.json").write_bytes(damage)
    assert store.record(RECORD.fingerprint) is None
    assert len(warnings) == 1
    assert "is damaged" in warnings[0]
    assert str(tmp_path) not in warnings[0]


def flips(content: bytes, every: int) -> Iterator[bytes]:
    """The content with one bit the other way: one in so many, an odd number that meets all bits of a byte."""
    for bit in range(0, len(content) * 8, every):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        yield bytes(damaged)


@pytest.mark.parametrize("record", [make_evidence(make_manifest()).records[number] for number in (0, -1)])
def test_a_record_with_a_bit_flipped_is_a_warned_miss(tmp_path: Path, record: DoneRecord) -> None:
    Store(tmp_path).keep_record(record)
    path = tmp_path / ".cardgen" / "records" / f"{record.fingerprint}.json"
    for content in flips(path.read_bytes(), 29):
        path.write_bytes(content)
        said: list[str] = []
        found = Store(tmp_path, warn=said.append).record(record.fingerprint)
        assert (found, len(said)) in ((None, 1), (record, 0)), content


def test_a_resolution_with_a_bit_flipped_is_a_warned_miss(tmp_path: Path) -> None:
    source = Source(origin="hub", id="owner/model", commit="0123456789" * 4)
    Store(tmp_path).keep_resolution(Resolution(what="model", source=source, license="cc-by-4.0"))
    (path,) = (tmp_path / ".cardgen" / "resolutions").iterdir()
    for content in flips(path.read_bytes(), 11):
        path.write_bytes(content)
        said: list[str] = []
        assert Store(tmp_path, warn=said.append).resolutions() == {}
        assert len(said) == 1, content


def test_what_an_earlier_version_kept_without_a_hash_is_a_miss_without_a_word(
    store: Store, tmp_path: Path, warnings: list[str]
) -> None:
    source = Source(origin="hub", id="owner/model", commit="0123456789" * 4)
    kept = {"records": RECORD, "resolutions": Resolution(what="model", source=source)}
    for folder, value in kept.items():
        (tmp_path / ".cardgen" / folder).mkdir(parents=True)
        (tmp_path / ".cardgen" / folder / f"{RECORD.fingerprint}.json").write_text(value.model_dump_json())
    assert store.record(RECORD.fingerprint) is None
    assert store.resolutions() == {}
    assert warnings == []


def test_a_sound_record_takes_the_place_of_a_damaged_one_alone(store: Store, tmp_path: Path) -> None:
    path = tmp_path / ".cardgen" / "records" / f"{RECORD.fingerprint}.json"
    store.restore(RECORD)
    assert not (tmp_path / ".cardgen").exists()
    kept = keep(store)
    other = RECORD.model_copy(update={"seconds": 99.0})
    store.restore(other)
    assert store.record(RECORD.fingerprint) == kept
    path.write_bytes(path.read_bytes().replace(b"1.5", b"2.5"))
    with store.lock(RECORD.fingerprint, lambda: None):
        store.restore(other)
        assert store.record(RECORD.fingerprint) is None
    store.restore(other)
    assert Store(tmp_path).record(RECORD.fingerprint) == other


def test_a_record_of_another_step_is_a_warned_miss(store: Store, tmp_path: Path, warnings: list[str]) -> None:
    keep(store)
    other = "0" * 64
    (tmp_path / ".cardgen" / "records" / f"{other}.json").write_text(dump_sealed(RECORD))
    assert store.record(other) is None
    assert "another step" in warnings[0]


def test_a_changed_byte_in_an_artifact_is_noticed(store: Store, tmp_path: Path, warnings: list[str]) -> None:
    record = keep(store)
    path = tmp_path / ".cardgen" / "artifacts" / record.fingerprint / "onnx" / "model.onnx"
    path.write_bytes(b"Weights")
    fresh = Store(tmp_path, warn=warnings.append)
    assert fresh.artifact(record) is None
    assert "damaged" in warnings[0]


def test_a_missing_file_of_an_artifact_is_noticed(store: Store, tmp_path: Path) -> None:
    record = keep(store)
    (tmp_path / ".cardgen" / "artifacts" / record.fingerprint / "onnx" / "model.onnx").unlink()
    assert Store(tmp_path).artifact(record) is None


@pytest.mark.parametrize("name", ["onnx/model.onnx.data", "config.json", "a/link"])
def test_a_file_added_to_an_artifact_is_noticed(store: Store, tmp_path: Path, warnings: list[str], name: str) -> None:
    record = keep(store)
    path = tmp_path / ".cardgen" / "artifacts" / record.fingerprint / name
    path.parent.mkdir(exist_ok=True)
    if name == "a/link":
        path.symlink_to(tmp_path, target_is_directory=True)
    else:
        path.write_bytes(b"{}")
    assert Store(tmp_path, warn=warnings.append).artifact(record) is None
    assert warnings == [
        f".cardgen/artifacts/{record.fingerprint}/{name} was not made by its step, which runs again where needed"
    ]
    path.unlink()
    assert Store(tmp_path).artifact(record) is not None


def test_what_a_file_manager_hides_in_an_artifact_is_let_be(store: Store, tmp_path: Path, warnings: list[str]) -> None:
    record = keep(store)
    (tmp_path / ".cardgen" / "artifacts" / record.fingerprint / "onnx" / ".DS_Store").write_bytes(b"")
    assert Store(tmp_path, warn=warnings.append).artifact(record) is not None
    assert warnings == []


def test_a_failed_step_is_kept_but_never_taken_for_a_result(store: Store, tmp_path: Path) -> None:
    common = RECORD.model_dump(exclude={"status", "result", "artifact"})
    store.keep_record(FailedRecord(**common, error=Failure(type="killed", message="was killed")))
    assert "was killed" in (tmp_path / ".cardgen" / "records" / f"{RECORD.fingerprint}.json").read_text()
    assert store.record(RECORD.fingerprint) is None


def _hold_and_die(root: Path) -> None:
    store = Store(root)
    with store.lock(RECORD.fingerprint, lambda: None), store.scratch(RECORD.fingerprint) as scratch:
        (scratch / "artifact").mkdir()
        (scratch / "artifact" / "half").write_bytes(b"half")
        (root / "holding").touch()
        time.sleep(600)


def test_a_killed_holder_leaves_neither_lock_nor_half_an_artifact(store: Store, tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_hold_and_die, args=(tmp_path,))
    process.start()
    eventually((tmp_path / "holding").exists, "nobody holds the lock")
    waited: list[bool] = []
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert store.record(RECORD.fingerprint) is None
    with store.lock(RECORD.fingerprint, lambda: waited.append(True)), store.scratch(RECORD.fingerprint) as scratch:
        assert list(scratch.iterdir()) == []
    assert waited == []
    assert keep(store).status == "done"


def test_an_artifact_without_a_record_is_replaced(store: Store, tmp_path: Path) -> None:
    orphan = tmp_path / ".cardgen" / "artifacts" / RECORD.fingerprint
    orphan.mkdir(parents=True)
    (orphan / "old").write_bytes(b"old")
    record = keep(store)
    folder = store.artifact(record)
    assert folder is not None
    assert [path.name for path in folder.iterdir()] == ["onnx"]


def test_a_journal_outlives_the_scratch_folder_and_only_a_forced_run_begins_it_anew(store: Store) -> None:
    trials = "ef" * 32

    def journal(*, anew: bool) -> AbstractContextManager[Path]:
        return store.journal(trials, lambda: None, anew=anew)

    with store.lock(RECORD.fingerprint, lambda: None), journal(anew=False) as path, store.scratch(RECORD.fingerprint):
        path.write_text("a candidate\n")
    with journal(anew=False) as again:
        assert again == path
        assert path.read_text() == "a candidate\n"
    with journal(anew=True) as again:
        assert not again.exists()


def _write_trials(root: Path, name: str, until: str | None = None) -> None:
    """Write a name behind what stands in the journal already; ``until`` somebody waits for it, if named."""
    with Store(root).journal("ef" * 32, (root / f"{name} waits").touch, anew=False) as path:
        before = path.read_text() if path.exists() else ""
        (root / f"{name} holds").touch()
        if until:
            eventually((root / f"{until} waits").exists, f"the {until} does not wait")
        path.write_text(f"{before}{name}\n")


def test_two_tunings_that_go_by_the_same_trials_write_them_one_after_the_other(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    first = spawn.Process(target=_write_trials, args=(tmp_path, "first", "second"))
    first.start()
    eventually((tmp_path / "first holds").exists, "nobody holds the journal")
    _write_trials(tmp_path, "second")
    first.join()
    assert (tmp_path / "second waits").exists()
    assert not (tmp_path / "first waits").exists()
    (path,) = (tmp_path / ".cardgen" / "tuning").iterdir()
    assert path.read_text() == "first\nsecond\n"


def _use(store: Store) -> None:
    source = Source(origin="hub", id="owner/model", commit="0123456789" * 4)
    store.keep_resolution(Resolution(what="model", source=source))
    store.keep_seen(RECORD.fingerprint)
    store.tidy()
    with store.workplace():
        pass


@pytest.mark.parametrize("name", ["", "/resolutions", "/seen", "/locks", "/tmp"])
def test_a_file_in_the_place_of_the_store_is_an_error_for_people(store: Store, tmp_path: Path, name: str) -> None:
    place = Path(f"{tmp_path}/.cardgen{name}")
    place.parent.mkdir(exist_ok=True)
    place.touch()
    with pytest.raises(StepError, match=r"^\.cardgen.* cannot be written: "):
        _use(store)
    place.unlink()
    _use(store)
