from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardgen.card.assemble import card_place, render_manifest
from cardgen.lint.rules.processors import RULES
from cardgen.records.evidence import Evidence
from cardgen.records.results.quantize import QuantizeResult
from tests.factory import HARDWARE, load, make_evidence, make_manifest
from tests.lint.asking import ask

ARM = HARDWARE.model_copy(update={"architecture": "aarch64"})
VNNI = HARDWARE.model_copy(update={"instruction_sets": ("avx2", "avx512f", "avx512_vnni")})
AVX2 = HARDWARE.model_copy(update={"instruction_sets": ("avx2", "avx512f")})


def observed(evidence: Evidence, hardware: Any, saturation: str | None) -> Evidence:
    """The same, seen on another machine, of a model that may saturate there."""
    records = []
    for record in evidence.records:
        result = record.result
        if isinstance(result, QuantizeResult) and record.request.backend == "onnxruntime":
            result = result.model_copy(update={"saturation": saturation})
        records.append(record.model_copy(update={"hardware": hardware, "result": result}))
    return evidence.model_copy(update={"records": tuple(records)})


@pytest.mark.parametrize(
    ("hardware", "said", "severity"),
    [
        (AVX2, "was scored on a processor without VNNI, and may score otherwise on one that has it.", "warning"),
        (VNNI, "was scored on x86 with VNNI, and may score lower on x86 processors without VNNI.", "note"),
        (ARM, "was scored on aarch64, and may score lower on x86 processors without VNNI.", "note"),
        (HARDWARE, "may score otherwise on x86 processors with VNNI than on those without.", "note"),
        (None, "may score otherwise on x86 processors with VNNI than on those without.", "note"),
    ],
)
def test_a_card_tells_where_its_scores_hold(tmp_path: Path, hardware: Any, said: str, severity: str) -> None:
    manifest = make_manifest()
    loaded = load(manifest, tmp_path)
    card = render_manifest(loaded, observed(make_evidence(manifest), hardware, "possible"), card_place(loaded))
    assert f"`onnx` {said} Such processors cut off" in card
    (found,) = ask(RULES, card, "saturation")
    assert found.severity == severity
    assert found.message.startswith("the score of onnx is that of ")
    assert "leave `options.reduce_range` out" in found.remedy


@pytest.mark.parametrize(
    ("saturation", "told"),
    [("never", "yes"), ("outside-calibration", "yes, within the calibrated ranges"), (None, "not stated")],
)
def test_products_that_fit_everywhere_need_no_words(tmp_path: Path, saturation: str | None, told: str) -> None:
    manifest = make_manifest()
    loaded = load(manifest, tmp_path)
    card = render_manifest(loaded, observed(make_evidence(manifest), AVX2, saturation), card_place(loaded))
    assert "may score" not in card
    assert f"| Same products with and without VNNI | yes | {told} |" in card
    assert ask(RULES, card) == []
