"""Steps of several manifests run as one graph: what they share is done once, what fails of one spares the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from cardgen.errors import CardgenError, ManifestError
from cardgen.manifest.model import Manifest
from cardgen.plan.model import Step
from cardgen.plan.steps import plan_steps, run_variants
from cardgen.records.record import Failure
from cardgen.records.store import Store
from cardgen.run.executors import Load, Work
from cardgen.run.look import DataLook
from cardgen.run.part import Part, Parts
from cardgen.run.progress import Silent
from cardgen.run.scheduler import Resources, run_parts
from cardgen.run.step import Outcome
from cardgen.run.workers.protocol import Failed, Finished, LookResult
from tests.factory import HARDWARE, make_environments, make_evidence, make_manifest, make_resolutions


def manifest(limit: int | None, seed: int = 42) -> Manifest:
    evaluation = {
        "dataset": {"id": "glue", "config": "sst2", "split": "validation"},
        "columns": {"text": "sentence", "label": "label"},
        "metrics": ["accuracy"],
        **({"limit": {"samples": limit, "seed": seed}} if limit else {}),
    }
    return make_manifest(evaluation=evaluation, variants={"onnx": {"backend": "onnxruntime", "approach": "dynamic"}})


MANIFESTS = (manifest(None), manifest(100), manifest(100, seed=1))
RESULTS = {record.fingerprint: record.result for each in MANIFESTS for record in make_evidence(each).records}


def steps_of(each: Manifest) -> tuple[Step, ...]:
    return plan_steps(each, run_variants(each, ()), make_resolutions(each), make_environments(each)).steps


def parts(*data: DataLook | None) -> list[Part]:
    looks = [*data, *[None] * (len(MANIFESTS) - len(data))]
    return [
        Part(f"gull-{number}", steps_of(each), lambda _name: None, data=look)
        for number, (each, look) in enumerate(zip(MANIFESTS, looks, strict=True))
    ]


class Crew:
    """Finishes every step but those that are to fail."""

    def __init__(self, failing: Sequence[str] = (), jobs: int = 3) -> None:
        self.failing = failing
        self.jobs = jobs
        self.most = 0
        self.done: list[str] = []
        self.by_request = {step.request.model_dump_json(): step for each in MANIFESTS for step in steps_of(each)}

    def admits(self, _step: Load, running: Sequence[Load]) -> bool:
        self.most = max(self.most, len(running))
        return len(running) < self.jobs

    def expect(self, python: Path, requests: Sequence[object]) -> None:
        pass

    def run(self, work: Work, _hear: object) -> Finished | Failed:
        request = work.job.request
        if request.kind == "look":
            return Finished(result=LookResult(faults=((),)), versions={}, hardware=HARDWARE)
        step = self.by_request[request.model_dump_json()]
        self.done.append(step.fingerprint)
        if step.fingerprint in self.failing:
            return Failed(error=Failure(type="killed", message="The worker was killed."))
        return Finished(result=RESULTS[step.fingerprint], versions={}, hardware=HARDWARE)

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


def run(folder: Path, crew: Crew, given: list[Part] | None = None) -> tuple[Outcome, list[tuple[int, int]]]:
    """What became of them, and each part as it was settled, with how many steps were done by then."""
    order: list[tuple[int, int]] = []
    resources = Resources(lambda _name: Path("python"), lambda _place: crew, Silent())
    outcome = run_parts(
        given or parts(),
        Store(folder),
        resources,
        settled=lambda number, outcome: order.append((number, len(outcome.ran))),
    )
    return outcome, order


def test_what_manifests_share_is_run_once(tmp_path: Path) -> None:
    crew = Crew()
    outcome, _order = run(tmp_path, crew)
    alone = [len(steps_of(each)) for each in MANIFESTS]
    every = {step.fingerprint for each in MANIFESTS for step in steps_of(each)}
    assert sorted(outcome.ran) == sorted(every)
    assert len(crew.done) == len(every)
    assert len(every) < sum(alone)
    assert set(outcome.records) == every


def test_a_part_is_settled_as_soon_as_nothing_of_it_is_left(tmp_path: Path) -> None:
    outcome, order = run(tmp_path, Crew(jobs=1))
    assert sorted(number for number, _done in order) == [0, 1, 2]
    assert order[0][1] < order[-1][1] == len(outcome.ran)
    again, order = run(tmp_path, Crew())
    assert order == [(0, 0), (1, 0), (2, 0)]
    assert again.records == outcome.records


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_a_failed_step_spares_the_steps_of_others(jobs: int, tmp_path: Path) -> None:
    own = {step.fingerprint for step in steps_of(MANIFESTS[1])} - {step.fingerprint for step in steps_of(MANIFESTS[0])}
    (failing,) = [
        step.fingerprint for step in steps_of(MANIFESTS[1]) if step.fingerprint in own and step.name == "predict onnx"
    ]
    outcome, order = run(tmp_path, Crew([failing], jobs))
    assert set(outcome.failed) == {failing}
    for number in (0, 2):
        assert {step.fingerprint for step in steps_of(MANIFESTS[number])} <= set(outcome.records)
    assert sorted(number for number, _done in order) == [0, 1, 2]


def test_a_failed_step_that_all_need_fails_all(tmp_path: Path) -> None:
    (export,) = {step.fingerprint for each in MANIFESTS for step in steps_of(each) if step.request.kind == "export"}
    outcome, order = run(tmp_path, Crew([export]))
    assert set(outcome.failed) == {export}
    assert not outcome.records
    assert sorted(number for number, _done in order) == [0, 1, 2]


def test_no_more_steps_run_at_once_than_are_admitted(tmp_path: Path) -> None:
    crew = Crew(jobs=2)
    run(tmp_path, crew)
    assert crew.most <= 2


def test_a_part_whose_data_are_refused_is_left_out_and_the_others_are_run(tmp_path: Path) -> None:
    refusal = ManifestError(())

    def found(_result: LookResult) -> None:
        raise refusal

    given = parts(None, DataLook((), lambda: None, found))
    crew = Crew()
    outcome, order = run(tmp_path, crew, given)
    assert outcome.refused == {1: refusal}
    others = {step.fingerprint for number in (0, 2) for step in steps_of(MANIFESTS[number])}
    assert set(outcome.ran) == others == set(outcome.records)
    assert len(crew.done) == len(others)
    assert order[0][0] == 1
    assert sorted(number for number, _done in order) == [0, 1, 2]


def test_where_all_are_refused_nothing_is_run(tmp_path: Path) -> None:
    told: list[CardgenError] = []

    def found(_result: LookResult) -> None:
        told.append(ManifestError(()))
        raise told[-1]

    crew = Crew()
    outcome, order = run(tmp_path, crew, parts(*[DataLook((), lambda: None, found) for _ in MANIFESTS]))
    assert [outcome.refused[number] for number in (0, 1, 2)] == told
    assert crew.done == []
    assert order == [(0, 0), (1, 0), (2, 0)]


def test_steps_of_several_manifests_are_told_apart_by_name() -> None:
    assert {step.name.partition(": ")[0] for step in Parts(parts()).steps} == {"gull-0", "gull-1", "gull-2"}
    assert [step.name for step in Parts(parts()[:1]).steps] == [step.name for step in steps_of(MANIFESTS[0])]
