from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardgen.card.assemble import card_place
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.results.calibration import CalibrationSeen
from cardgen.review.check.calibration import calibration_faults
from cardgen.review.check.card import check
from tests.factory import load, make_evidence, make_manifest
from tests.review.diff.states import with_results

STATIC = {"approach": "static", "calibration": {"samples": 104, "batch_size": 8, "seed": 1}}
VARIANTS: dict[str, Any] = {
    "pytorch": {"backend": "neural-compressor", **STATIC},
    "onnx": {"backend": "onnxruntime", **STATIC, "fallback": {"tolerance": 0.01}},
}


def found(seen: CalibrationSeen | None) -> CalibrationSeen | None:
    return seen and seen.model_copy(update={"sha256": "ef" * 32})


def evidence(**variants: Any) -> Evidence:
    return make_evidence(make_manifest(variants={**VARIANTS, **variants}))


def test_the_same_samples_are_no_fault() -> None:
    assert list(calibration_faults(evidence())) == []


@pytest.mark.parametrize(
    ("kind", "told"),
    [("quantize", "quantize pytorch and quantize onnx"), ("tune", "tune onnx and quantize")],
)
def test_steps_that_saw_others_are_named(kind: str, told: str) -> None:
    changed = with_results(evidence(), kind, "onnxruntime", calibration=found)
    faults = list(calibration_faults(changed))
    assert any("asked for the same calibration samples, and did not see the same" in fault for fault in faults)
    steps = {name for fault in faults for name in fault.split(" were ")[0].split(" and ")}
    assert {f"{kind} onnx"} < steps


def test_how_many_pass_at_once_decides_nothing() -> None:
    together = {"samples": 104, "batch_size": 1, "seed": 1}
    apart = evidence(onnx={**VARIANTS["onnx"], "calibration": together})
    seen = CalibrationSeen(samples=104, sha256="ab" * 32)
    same = with_results(with_results(apart, "tune", calibration=seen), "quantize", calibration=seen)
    assert list(calibration_faults(same)) == []
    (fault,) = calibration_faults(with_results(same, "quantize", "neural-compressor", calibration=found))
    assert "quantize pytorch" in fault


def test_other_samples_are_asked_for_and_seen() -> None:
    other = {**VARIANTS["onnx"], "calibration": {"samples": 104, "batch_size": 8, "seed": 2}}
    assert list(calibration_faults(evidence(onnx=other))) == []


def test_what_an_earlier_version_recorded_is_no_fault() -> None:
    before = with_results(evidence(), "quantize", "onnxruntime", calibration=None)
    assert list(calibration_faults(with_results(before, "tune", calibration=None))) == []


def test_a_check_says_what_to_do(tmp_path: Path) -> None:
    manifest = make_manifest(variants=VARIANTS)
    loaded = load(manifest, tmp_path)
    place = card_place(loaded)
    place.folder.mkdir(parents=True)
    place.evidence.write_text(dump_evidence(with_results(evidence(), "tune", calibration=found)), encoding="utf-8")
    report = check(loaded)
    (told, *_more) = [each for each in report.findings if "calibration samples" in each.message]
    assert told.remedy.startswith("Run `cardgen build --force ")
