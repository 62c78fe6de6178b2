"""Runs a plan whose steps are done by an executor that does what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from cardgen.plan.model import Plan
from cardgen.plan.steps import plan_steps, run_variants
from cardgen.records.record import DoneRecord
from cardgen.records.store import Store
from cardgen.run.executors import Executor
from cardgen.run.progress import Silent
from cardgen.run.scheduler import Resources, run_plan
from tests.factory import make_environments, make_evidence, make_manifest, make_resolutions

MANIFEST = make_manifest()
PLAN: Plan = plan_steps(MANIFEST, run_variants(MANIFEST, ()), make_resolutions(MANIFEST), make_environments(MANIFEST))
COMMITTED: Mapping[str, DoneRecord] = {record.fingerprint: record for record in make_evidence(MANIFEST).records}


def nobody(_place: Path) -> Executor:
    raise AssertionError("there is something to do")


def nothing(_name: str) -> NoReturn:
    raise AssertionError("something is asked for")


IDLE = Resources(interpreter=nothing, files=nothing, executor=nobody, reporter=Silent())


def test_a_damaged_record_never_goes_before_committed_evidence_which_takes_its_place(tmp_path: Path) -> None:
    for record in COMMITTED.values():
        Store(tmp_path).keep_record(record)
    records = tmp_path / ".cardgen" / "records"
    for path in records.iterdir():
        path.write_bytes(path.read_bytes().replace(b"0.9401", b"0.8401").replace(b"74660000", b"74660001"))
    said: list[str] = []
    outcome = run_plan(PLAN, Store(tmp_path, warn=said.append), COMMITTED, IDLE)
    assert outcome.records == COMMITTED
    assert outcome.ran == []
    figures = [record for record in COMMITTED.values() if record.request.kind in ("evaluate", "quantize")]
    assert 0 < len(said) < len(figures)  # the baselines have neither figure
    assert all("is damaged, and is not used" in line for line in said)

    said.clear()
    again = run_plan(PLAN, Store(tmp_path, warn=said.append), {}, IDLE)
    assert again.records == COMMITTED
    assert said == []
