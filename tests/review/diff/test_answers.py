"""What the store adds to a score that moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cardgen.records.content import list_files
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.record import DoneRecord
from cardgen.records.samples import FILE, Samples, SampleValues, write_samples
from cardgen.review.compared import diff
from cardgen.review.diff.change import Change
from cardgen.review.diff.compare import compare
from cardgen.review.diff.words import sentence
from cardgen.review.state import State
from tests.factory import make_evidence, make_manifest
from tests.review.diff.states import make_state

RIGHT = [1.0] * 800 + [0.0] * 72
FLIPPED = [0.0] * 30 + [1.0] * 770 + [1.0] * 10 + [0.0] * 62


def kept(root: Path, evidence: Evidence, values: list[float]) -> Evidence:
    """Evidence of which the store under ``root`` holds how good `onnx` was on each sample."""

    def keep(record: DoneRecord) -> DoneRecord:
        if record.step != "evaluate onnx":
            return record
        folder = root / ".cardgen" / "artifacts" / record.fingerprint
        folder.mkdir(parents=True)
        write_samples(folder, Samples(metrics=(SampleValues(metric="accuracy", values=tuple(values), right=True),)))
        return record.model_copy(update={"artifact": list_files(folder)})

    return evidence.model_copy(update={"records": tuple(map(keep, evidence.records))})


def state(root: Path, value: float, values: list[float], seed: int) -> State:
    """A state whose `onnx` was quantized otherwise, so that its steps have other fingerprints."""
    variants = {"onnx": {"backend": "onnxruntime", "approach": "static", "calibration": {"seed": seed}}}
    manifest = make_manifest(variants=variants)
    return make_state(manifest, kept(root, make_evidence(manifest, {"onnx": value}), values), root=root)


@pytest.fixture
def sides(tmp_path: Path) -> tuple[State, State]:
    return state(tmp_path, 800 / 872, RIGHT, 1), state(tmp_path, 780 / 872, FLIPPED, 2)


def moved(old: State, new: State) -> dict[str, Change]:
    return {change.place: change for change in compare(old, new).changes}


def test_samples_that_flipped_are_counted(sides: tuple[State, State]) -> None:
    found = moved(*sides)["variants.onnx.accuracy"]
    assert {name: found.beside[name] for name in ("risen", "fallen", "right")} == {
        "risen": 10, "fallen": 30, "right": True
    }  # fmt: skip
    assert found.beside["paired"] == pytest.approx(-20 / 872)
    assert sentence(found).endswith("sample by sample −0.0378 to −0.0092, 10 samples newly right, 30 newly wrong")


def test_a_machine_without_the_answers_comes_to_the_same_fingerprint(sides: tuple[State, State]) -> None:
    with_store = moved(*sides)
    without = moved(*(replace(each, root=None) for each in sides))
    assert {place: each.fingerprint for place, each in without.items()} == {
        place: each.fingerprint for place, each in with_store.items()
    }
    assert all(not each.beside for each in without.values())


def test_metrics_that_are_no_means_have_no_difference_by_samples(sides: tuple[State, State]) -> None:
    assert not moved(*sides)["variants.onnx.f1-macro"].beside


def test_answers_that_are_not_as_they_were_recorded_say_nothing(sides: tuple[State, State], tmp_path: Path) -> None:
    for path in (tmp_path / ".cardgen" / "artifacts").rglob(FILE):
        path.write_text(path.read_text("utf-8").replace("1.0", "0.0", 1), encoding="utf-8")
    assert not moved(*sides)["variants.onnx.accuracy"].beside


def test_evidence_files_of_a_project_have_its_store(sides: tuple[State, State], tmp_path: Path) -> None:
    (tmp_path / "cardgen.toml").touch()
    for name, side in zip(("old", "new"), sides, strict=True):
        assert side.evidence is not None
        (tmp_path / f"{name}.json").write_text(dump_evidence(side.evidence), encoding="utf-8")
    found = diff(tmp_path / "old.json", tmp_path / "new.json")
    (moved_score,) = [change for change in found.changes if change.place == "variants.onnx.accuracy"]
    assert moved_score.beside["risen"] == 10


def test_other_samples_are_not_paired(tmp_path: Path) -> None:
    old = state(tmp_path, 800 / 872, RIGHT, 1)
    fewer = state(tmp_path, 780 / 872, FLIPPED[:-1], 2)
    assert not moved(old, fewer)["variants.onnx.accuracy"].beside
