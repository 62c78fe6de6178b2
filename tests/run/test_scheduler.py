"""Runs plans whose steps are done by an executor that does what a test says."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from cardgen.plan.model import Plan
from cardgen.plan.steps import plan_steps, run_variants
from cardgen.records.record import DoneRecord, Failure
from cardgen.records.request import StepRequest
from cardgen.records.states import LocalInput
from cardgen.records.store import Store
from cardgen.run.executors import Executor, Load, Work
from cardgen.run.part import Part
from cardgen.run.progress import Silent
from cardgen.run.scheduler import Resources, run_parts
from cardgen.run.step import Outcome
from cardgen.run.workers.protocol import Failed, Finished
from tests.factory import HARDWARE, make_environments, make_evidence, make_manifest, make_resolutions

MANIFEST = make_manifest(
    base_model={"path": "model"},
    evaluation={
        "dataset": {"path": "data.csv", "split": None},
        "columns": {"text": "sentence", "label": "label"},
        "metrics": ["accuracy"],
    },
    variants={"onnx": {"backend": "onnxruntime", "approach": "dynamic", "fallback": {"tolerance": 0.01}}},
)
PLAN: Plan = plan_steps(MANIFEST, run_variants(MANIFEST, ()), make_resolutions(MANIFEST), make_environments(MANIFEST))
COMMITTED: Mapping[str, DoneRecord] = {
    record.fingerprint: record.model_copy(update={"step": ""}) for record in make_evidence(MANIFEST).records
}
KIND = {step.fingerprint: step.request.kind for step in PLAN.steps}

SWEEP = make_manifest(
    card="benchmark",
    variants={},
    benchmark={"batch_sizes": list(range(1, 76)), "input_lengths": [16], "grid": {"framework": ["onnxruntime"]}},
)
SWEPT = make_evidence(SWEEP).records

Way = Callable[[Path], None]


def nobody(_place: Path) -> Executor:
    raise AssertionError("there is something to do")


def nothing(_name: str) -> NoReturn:
    raise AssertionError("something is asked for")


IDLE = Resources(interpreter=nothing, executor=nobody, reporter=Silent())


def part(**given: Any) -> Part:
    return Part(**{"name": "gull", "steps": PLAN.steps, "files": nothing, **given})


class Scripted:
    """Finishes each step with a file as its artifact, and does something else on the way, or fails."""

    def __init__(self, kind: str = "", on_the_way: Callable[[Work], None] | None = None, *, dies: bool = False) -> None:
        self.kind = kind
        self.on_the_way = on_the_way
        self.dies = dies
        self.asked = 0

    def admits(self, _step: Load, running: Sequence[Load]) -> bool:
        self.asked += 1
        return not running

    def expect(self, python: Path, requests: Sequence[StepRequest]) -> None:
        pass

    def run(self, work: Work, _hear: object) -> Finished | Failed:
        request = work.job.request
        (work.job.output / "made.bin").write_text(request.kind)
        if request.kind == self.kind:
            if self.on_the_way is not None:
                self.on_the_way(work)
            if self.dies:
                return Failed(error=Failure(type="killed", message="The worker was killed."))
        result = next(record.result for record in (*COMMITTED.values(), *SWEPT) if record.request == request)
        return Finished(result=result, versions={}, hardware=HARDWARE)

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Local inputs, that have not been touched for a while."""
    (tmp_path / "model" / "pooling").mkdir(parents=True)
    for name in ("model/config.json", "model/pooling/config.json", "data.csv", "other.csv"):
        (tmp_path / name).write_text(f"of {name}\n")
        os.utime(tmp_path / name, (1e9, 1e9))
    return tmp_path


def run(folder: Path, executor: Scripted, *, force: bool = False) -> Outcome:
    found = {"base_model": folder / "model", "evaluation": folder / "data.csv"}
    inputs = {name: LocalInput.hashed(path) for name, path in found.items()}
    resources = Resources(lambda _name: Path("python"), lambda _place: executor, Silent())
    return run_parts([part(files=found.__getitem__, inputs=inputs)], Store(folder), resources, force=force)


def kinds(fingerprints: Any) -> set[str]:
    return {KIND[fingerprint] for fingerprint in fingerprints}


def write_and_put_back(path: Path) -> None:
    before, times = path.read_bytes(), path.stat()
    path.write_bytes(bytes(reversed(before)))
    path.write_bytes(before)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def move_away_and_back(path: Path) -> None:
    path.rename(path.with_name("aside"))
    shutil.copy2(path.with_name("aside"), path)
    path.with_name("aside").replace(path)


def replace_by_a_copy(path: Path) -> None:
    shutil.copy2(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


def write_and_leave(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more\n")


def lose(path: Path) -> None:
    path.unlink()


def link_elsewhere_and_back(path: Path) -> None:
    path.rename(path.with_name("aside"))
    path.symlink_to("aside")
    path.with_name("aside").replace(path)


WAYS: Sequence[Way] = (
    write_and_put_back,
    move_away_and_back,
    replace_by_a_copy,
    write_and_leave,
    lose,
    link_elsewhere_and_back,
)


@pytest.mark.parametrize("way", WAYS)
def test_data_that_change_while_a_step_reads_them_fail_it_even_if_they_are_put_back(folder: Path, way: Way) -> None:
    outcome = run(folder, Scripted("predict", lambda _work: way(folder / "data.csv")))
    assert kinds(outcome.failed) == {"predict"}
    assert kinds(outcome.records) == {"export"}
    (failure,) = {failure.message for failure in outcome.failed.values()}
    assert "data.csv changed while `predict FP32 onnx` used it" in failure
    store = Store(folder)
    assert {KIND[digest] for digest in KIND if store.record(digest)} == {"export"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["config.json", "pooling/config.json"])
def test_a_model_that_changes_while_it_is_exported_fails_that(folder: Path, way: Way, name: str) -> None:
    outcome = run(folder, Scripted("export", lambda _work: way(folder / "model" / name)))
    assert kinds(outcome.failed) == {"export"}
    assert outcome.records == {}


def test_a_file_that_comes_into_a_model_while_it_is_exported_fails_that(folder: Path) -> None:
    def add(_work: Work) -> None:
        (folder / "model" / "adapter.json").write_text("{}")

    outcome = run(folder, Scripted("export", add))
    (failure,) = outcome.failed.values()
    assert "adapter.json changed while" in failure.message


def test_what_bears_on_nothing_may_change(folder: Path) -> None:
    def touch(_work: Work) -> None:
        (folder / "model" / "README.md").write_text("# Another word\n")
        (folder / "model" / ".cache").mkdir(exist_ok=True)
        (folder / "other.csv").unlink(missing_ok=True)
        (folder / "data.csv").read_bytes()

    outcome = run(folder, Scripted("export", touch))
    assert outcome.failed == {}


def test_an_input_that_changed_before_a_step_began_fails_that_at_once(folder: Path) -> None:
    begun = []

    def change(work: Work) -> None:
        write_and_put_back(folder / "data.csv")
        begun.append(work.job.request.kind)

    outcome = run(folder, Scripted("export", change))
    assert begun == ["export"]
    (failure,) = outcome.failed.values()
    assert "data.csv changed since it was hashed" in failure.message


@pytest.mark.parametrize("way", [move_away_and_back, replace_by_a_copy, write_and_leave, lose])
def test_an_artifact_that_changes_while_a_step_reads_it_fails_that(folder: Path, way: Way) -> None:
    outcome = run(folder, Scripted("evaluate", lambda work: way(work.job.paths["predictions"] / "made.bin")))
    if way is move_away_and_back:
        assert outcome.failed == {}  # the same file under its own name again, read once more to be sure
        return
    assert kinds(outcome.failed) == {"evaluate"}
    assert any("What `predict` made changed in the store" in failure.message for failure in outcome.failed.values())


def test_hard_links_to_an_artifact_are_no_change(folder: Path) -> None:
    def link(work: Work) -> None:
        (work.scratch / "link").hardlink_to(work.job.paths["model"] / "made.bin")

    assert run(folder, Scripted("snippet", link)).failed == {}


def test_the_trials_of_a_tuning_whose_data_changed_are_dropped(folder: Path) -> None:
    kept = []

    def try_and_change(work: Work) -> None:
        assert work.job.journal is not None
        kept.append(work.job.journal)
        work.job.journal.write_text("a trial\n")
        write_and_put_back(folder / "data.csv")

    assert kinds(run(folder, Scripted("tune", try_and_change)).failed) == {"tune"}
    assert not kept[0].exists()


def test_the_trials_of_a_killed_build_whose_data_changed_and_were_put_back_are_dropped(folder: Path) -> None:
    kept: list[Path] = []

    def try_and_be_killed(work: Work) -> None:
        assert work.job.journal is not None
        assert not work.job.journal.exists()
        kept.append(work.job.journal)
        work.job.journal.write_text("a trial\n")
        write_and_put_back(folder / "data.csv")
        raise KeyboardInterrupt

    for _build in range(2):
        with pytest.raises(KeyboardInterrupt):
            run(folder, Scripted("tune", try_and_be_killed))
    assert len(kept) == 2


@pytest.mark.parametrize("kind", sorted(set(KIND.values())))
def test_a_forced_step_whose_worker_dies_leaves_what_it_did_before(folder: Path, kind: str) -> None:
    before = run(folder, Scripted())
    assert len(before.records) == len(PLAN.steps)
    forced = run(folder, Scripted(kind, dies=True), force=True)
    assert kinds(forced.failed) == {kind}
    after = run_parts([part()], Store(folder), IDLE)
    assert set(after.records) == set(before.records)
    for digest in forced.failed:
        assert after.records[digest] == before.records[digest]
        assert Store(folder).artifact(after.records[digest]) is not None


def test_a_step_that_failed_is_told_by_its_record_where_it_has_none(folder: Path) -> None:
    run(folder, Scripted("export", dies=True))
    (path,) = (folder / ".cardgen" / "records").iterdir()
    assert "The worker was killed." in path.read_text()
    assert kinds(run(folder, Scripted()).ran) == set(KIND.values())


def test_a_run_with_nothing_to_do_removes_what_killed_builds_left_too(folder: Path) -> None:
    run(folder, Scripted())
    store = folder / ".cardgen"
    left = [store / "tmp" / ("ab" * 32), store / "tmp" / "workers-0"]
    for path in left:
        path.mkdir()
    run_parts([part()], Store(folder), IDLE)
    assert list((store / "tmp").iterdir()) == []


def test_the_work_of_a_long_plan_grows_with_its_steps_and_not_with_their_square(tmp_path: Path) -> None:
    plan = plan_steps(SWEEP, run_variants(SWEEP, ()), make_resolutions(SWEEP), make_environments(SWEEP))
    executor = Scripted()
    resources = Resources(lambda _name: Path("python"), lambda _place: executor, Silent())
    outcome = run_parts([part(steps=plan.steps, files=lambda _name: None)], Store(tmp_path), resources)
    assert len(outcome.ran) == len(plan.steps) > 150
    assert executor.asked <= len(plan.steps) * len({step.request.kind for step in plan.steps})


def test_a_damaged_record_never_goes_before_committed_evidence_which_takes_its_place(tmp_path: Path) -> None:
    for record in COMMITTED.values():
        Store(tmp_path).keep_record(record)
    records = tmp_path / ".cardgen" / "records"
    for path in records.iterdir():
        path.write_bytes(path.read_bytes().replace(b"0.9401", b"0.8401").replace(b"74660000", b"74660001"))
    said: list[str] = []
    outcome = run_parts([part(committed=COMMITTED)], Store(tmp_path, warn=said.append), IDLE)
    assert outcome.records == COMMITTED
    assert outcome.ran == []
    assert 0 < len(said) < len(COMMITTED)  # the baselines have neither figure
    assert all("is damaged, and is not used" in line for line in said)

    said.clear()
    again = run_parts([part()], Store(tmp_path, warn=said.append), IDLE)
    assert again.records == COMMITTED
    assert said == []
