"""Why a step is stale: each key that decides its outcome, changed one at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cardgen.errors import EvidenceError
from cardgen.manifest.model import Manifest
from cardgen.pipeline.render import render
from cardgen.plan import steps as plan_module
from cardgen.plan.model import Step
from cardgen.plan.steps import STEP_VERSIONS, made_from, plan_steps
from cardgen.records.canonical import fingerprint
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence, load_evidence, sealed_block
from cardgen.review.check.card import check
from cardgen.review.check.report import Finding
from cardgen.review.check.why import Reason, StaleStep, stale_steps
from cardgen.review.check.words import explained, line
from tests.factory import COMMIT, load, make_environments, make_evidence, make_manifest, make_resolutions, manifest_data
from tests.review.check.test_card import commit

OTHER = "f" * 40


def written(evidence: Evidence, folder: Path) -> Evidence:
    """The evidence as it is read back from a file."""
    path = folder / "evidence.json"
    path.write_text(dump_evidence(evidence), encoding="utf-8")
    return load_evidence(path)


def plan(manifest: Manifest, packages: Mapping[str, str] | None = None) -> tuple[Step, ...]:
    environments = {
        backend: environment.model_copy(update={"packages": {**environment.packages, **(packages or {})}})
        for backend, environment in make_environments(manifest).items()
    }
    return plan_steps(manifest, manifest.variants, make_resolutions(manifest), environments).steps


def changed(**changes: Any) -> Manifest:
    """The factory's manifest with keys changed; ``variants__onnx__options`` stands for a key of a key."""
    data = manifest_data()
    for name, value in changes.items():
        *parents, key = name.split("__")
        place: dict[str, Any] = data
        for parent in parents:
            place = place[parent]
        place[key] = value
    return Manifest.model_validate(data)


def lines(manifest: Manifest, evidence: Evidence) -> list[str]:
    return [line(step) for step in stale_steps(plan(manifest), evidence.records)]


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return written(make_evidence(make_manifest()), tmp_path)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": "Another"}, []),
        (
            {"evaluation__metrics": ["accuracy"]},
            [
                f"evaluate {name}: request.metrics was "
                '[{"type": "accuracy", "args": {}}, {"type": "f1", "args": {…, '
                'is [{"type": "accuracy", "args": {}}]'
                for name in ("FP32 pytorch", "pytorch", "FP32 onnx", "onnx")
            ],
        ),
        (
            {"variants__more": {"backend": "onnxruntime", "approach": "static"}},
            [
                "quantize more: new: nothing like it was measured",
                "snippet more: follows quantize more",
                "predict more: follows quantize more",
                "evaluate more: follows quantize more",
            ],
        ),
        (
            {"variants__onnx__options": {"per_channel": False}},
            [
                "quantize onnx: request.options.per_channel was true, is false",
                "snippet onnx: follows quantize onnx",
                "predict onnx: follows quantize onnx",
                "evaluate onnx: follows quantize onnx",
            ],
        ),
        (
            {"variants__pytorch__fallback": {"modules": ["pre_classifier"]}},
            [
                "quantize pytorch: request.fallback_modules gained pre_classifier and lost classifier",
                "snippet pytorch: follows quantize pytorch",
                "predict pytorch: follows quantize pytorch",
                "evaluate pytorch: follows quantize pytorch",
            ],
        ),
        (
            {"variants__pytorch__calibration": {"samples": 200, "seed": 7}},
            [
                "quantize pytorch: request.calibration.samples was 100, is 200; request.calibration.seed was 42, is 7",
                "snippet pytorch: follows quantize pytorch",
                "predict pytorch: follows quantize pytorch",
                "evaluate pytorch: follows quantize pytorch",
            ],
        ),
        (
            {"evaluation__batch_size": 64},
            [
                "predict onnx: request.batch_size was 1, is 64",
                "evaluate onnx: follows predict onnx",
            ],
        ),
    ],
)
def test_each_step_says_why(evidence: Evidence, changes: dict[str, Any], told: list[str]) -> None:
    assert lines(changed(**changes), evidence) == told


def test_variants_of_one_backend_keep_their_own_records(tmp_path: Path) -> None:
    """Two dynamic ONNX variants, both changed: each is compared with what it was itself."""

    def both(first: dict[str, Any], second: dict[str, Any]) -> Manifest:
        variants = {
            name: {"backend": "onnxruntime", "approach": "dynamic", "options": options}
            for name, options in (("first", first), ("second", second))
        }
        return make_manifest(variants=variants)

    old = both({"operators": ["MatMul"]}, {"operators": ["Gemm"], "per_channel": True, "exclude_nodes": ["a", "b"]})
    new = both(
        {"operators": ["MatMul"], "per_channel": True},
        {"operators": ["Gemm", "MatMul"], "per_channel": True, "exclude_nodes": ["a", "b"]},
    )
    assert lines(new, written(make_evidence(old), tmp_path)) == [
        "quantize first: request.options.per_channel was null, is true",
        "quantize second: request.options.operators gained MatMul",
        "snippet first: follows quantize first",
        "snippet second: follows quantize second",
        "predict first: follows quantize first",
        "predict second: follows quantize second",
        "evaluate first: follows quantize first",
        "evaluate second: follows quantize second",
    ]


def test_another_version_of_a_package(evidence: Evidence) -> None:
    steps = stale_steps(plan(make_manifest(), {"torch": "2.13.0"}), evidence.records)
    assert len(steps) == len(evidence.records)
    assert {line(step) for step in steps} == {f"{step.name}: package torch was 1.0, is 2.13.0" for step in steps}


def test_a_newer_version_of_a_steps_own_code(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    before = STEP_VERSIONS["predict"]
    monkeypatch.setattr(plan_module, "STEP_VERSIONS", {**STEP_VERSIONS, "predict": before + 1})
    monkeypatch.setattr("cardgen.review.check.why.STEP_VERSIONS", plan_module.STEP_VERSIONS)
    first, *_, last = stale_steps(plan(make_manifest()), evidence.records)
    assert line(first) == f"predict FP32 pytorch: cardgen's own code of predict was version {before}, is {before + 1}"
    assert line(last) == "evaluate onnx: follows predict onnx, predict FP32 onnx"


def test_a_record_of_a_newer_cardgen_says_so(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_module, "STEP_VERSIONS", {**STEP_VERSIONS, "export": STEP_VERSIONS["export"] - 1})
    record = next(record for record in evidence.records if record.request.kind == "export")
    assert made_from(record).code == STEP_VERSIONS["export"]


def test_a_key_that_requests_did_not_have(tmp_path: Path) -> None:
    """A record of a cardgen that did not ask for ``generation`` yet: its fingerprint was taken without that."""
    data = json.loads(dump_evidence(make_evidence(make_manifest())))
    record = data["records"]["export pytorch"]
    assert record["request"].pop("generation") is None
    record["fingerprint"] = fingerprint(
        {
            "code": STEP_VERSIONS["export"],
            "request": record["request"],
            "needs": {},
            "packages": record["environment"]["packages"],
        }
    )
    data["records"]["export pytorch"] = sealed_block("export pytorch", record)
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    (step, *_) = stale_steps(plan(make_manifest()), load_evidence(path).records)
    assert line(step) == "export pytorch: request.generation was not asked for by that version of cardgen, is null"


def test_a_fingerprint_that_nothing_explains(evidence: Evidence) -> None:
    first, *rest = evidence.records
    foreign = first.model_copy(update={"fingerprint": "0" * 64})
    step, *_ = stale_steps(plan(make_manifest()), (foreign, *rest))
    assert step.reasons == (Reason("unknown"),)
    assert "does not tell how" in line(step)


def test_all_is_told_in_full(evidence: Evidence) -> None:
    steps = stale_steps(plan(changed(variants__pytorch__fallback=None)), evidence.records)
    assert list(explained(steps)) == [
        "quantize pytorch",
        "    request.fallback_modules",
        '        was ["classifier"]',
        "        is  []",
        "snippet pytorch",
        "    model: follows quantize pytorch",
        "predict pytorch",
        "    model: follows quantize pytorch",
        "evaluate pytorch",
        "    predictions: follows predict pytorch, which follows quantize pytorch",
    ]


def test_a_long_value_is_shown_from_where_it_differs() -> None:
    code = "x = 1\n" * 40
    step = StaleStep("snippet onnx", (Reason("request", "code", code + "a = 1", code + "b = 2"),))
    assert "a = 1" in line(step)
    assert "b = 2" in line(step)
    assert len(line(step)) < 200


@pytest.mark.parametrize(
    ("changes", "told", "first"),
    [
        (
            {"base_model": {"id": "owner/model", "revision": OTHER}},
            f"base_model: revision was {COMMIT}, is {OTHER}",
            f"export pytorch: request.model.commit was {COMMIT[:12]}, is {OTHER[:12]}",
        ),
        (
            {"base_model": {"id": "owner/model", "revision": "main"}},
            f"base_model: revision was {COMMIT}, is main",
            f"export pytorch: request.model.commit was {COMMIT[:12]}, is null",
        ),
        (
            {"base_model": {"id": "owner/other", "revision": COMMIT}},
            "base_model: id was owner/model, is owner/other",
            'export pytorch: request.model.id was "owner/model", is "owner/other"',
        ),
        (
            {"base_model": {"path": "../model"}},
            "base_model: was owner/model, is ../model",
            'export pytorch: request.model.origin was "hub", is "local"',
        ),
        (
            {"evaluation__dataset": {"id": "owner/data", "config": "main", "split": "validation", "revision": OTHER}},
            f"evaluation.dataset: revision was not named (and meant {COMMIT}), is {OTHER}",
            f"quantize pytorch: request.calibration.data.source.commit was {COMMIT[:12]}, is {OTHER[:12]}",
        ),
        (
            {"evaluation__dataset": {"id": "owner/other", "config": "main", "split": "validation"}},
            "evaluation.dataset: id was owner/data, is owner/other",
            'quantize pytorch: request.calibration.data.source.id was "owner/data", is "owner/other"',
        ),
    ],
)
def test_another_input_makes_its_steps_stale(tmp_path: Path, changes: dict[str, Any], told: str, first: str) -> None:
    """And no card is written that shows one model's figures as another's."""
    commit(load(make_manifest(), tmp_path), make_evidence(make_manifest()))
    loaded = load(changed(**changes), tmp_path)
    (finding,) = check(loaded).findings
    assert told in finding.message
    assert line(finding.steps[0]).startswith(first)
    with pytest.raises(EvidenceError, match=told.partition(":")[0]):
        render(loaded)


def test_a_commit_answers_for_the_branch_that_meant_it(tmp_path: Path) -> None:
    branch = make_manifest(base_model={"id": "owner/model", "revision": "main"})
    commit(load(branch, tmp_path), make_evidence(branch))
    pinned = check(load(make_manifest(), tmp_path))
    assert not any(finding.steps for finding in pinned.findings)


def test_findings_tell_a_line_for_each_step(tmp_path: Path) -> None:
    commit(load(make_manifest(), tmp_path), make_evidence(make_manifest()))
    (finding,) = check(load(changed(variants__pytorch__fallback=None), tmp_path)).findings
    assert finding.told.splitlines()[1:] == [f"    {line(step)}" for step in finding.steps]
    assert 'was ["classifier"]' in finding.explained
    assert Finding("a", "b").told == "a"


def test_what_others_report_is_told_by_key(tmp_path: Path) -> None:
    source = {"name": "A card", "url": "https://example.com"}
    entry = {"variant": "onnx", "metric": "accuracy", "value": 0.91, "source": source}

    def reporting(*entries: dict[str, Any]) -> Manifest:
        return make_manifest(reported=list(entries))

    old = reporting(entry)
    commit(load(old, tmp_path), make_evidence(old))
    assert check(load(old, tmp_path)).findings == ()

    def told(*entries: dict[str, Any]) -> list[str]:
        return [finding.message for finding in check(load(reporting(*entries), tmp_path)).findings]

    assert told({**entry, "value": 0.92}) == [
        'reported[0] is not what the evidence holds: `value` was "0.91", is "0.92"'
    ]
    assert told(entry, {**entry, "metric": "f1"}) == ["reported[1] is not in the evidence"]
