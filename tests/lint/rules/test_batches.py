from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import card_place, render_manifest
from cardgen.lint.rules.batches import RULES
from tests.factory import load, make_evidence, make_manifest, manifest_data
from tests.lint.asking import ask

SENTENCE = (
    "Scored one sample at a time, and not 32, `pt` has accuracy {single} instead of {many} "
    "(a tenth of the tolerance: {allowed})."
)


@pytest.mark.parametrize(
    ("single", "many", "allowed", "warned"),
    [
        ("0.9108", "0.9121", "0.0009", True),
        ("0.9121", "0.9108", "0.0009", True),
        ("0.9108", "0.9117", "0.0009", False),
        ("91.08", "91.21", "0.09", True),
        ("\N{MINUS SIGN}0.0110", "0.0110", "0.0009", True),
    ],
)
def test_a_difference_above_a_tenth_of_the_tolerance(single: str, many: str, allowed: str, warned: bool) -> None:
    found = ask(RULES, f"# Model\n\n{SENTENCE.format(single=single, many=many, allowed=allowed)}\n")
    assert len(found) == warned
    if warned:
        assert (found[0].rule, found[0].severity) == ("batch-effect", "warning")
        assert "leave `evaluation.batch_size` out" in found[0].remedy


@pytest.mark.parametrize("single", [0.9401, 0.9301])
def test_a_card_of_ours_tells_it(tmp_path: Path, single: float) -> None:
    evaluation = {**manifest_data()["evaluation"], "batch_size": 32}
    manifest = make_manifest(evaluation=evaluation)
    loaded = load(manifest, tmp_path)
    card = render_manifest(loaded, make_evidence(manifest, {"onnx one by one": single}), card_place(loaded))
    assert f"`onnx` has accuracy {single:.4f} instead of 0.9401 (a tenth of the tolerance: 0.0009)." in card
    assert len(ask(RULES, card, "batch-effect")) == (0 if single == 0.9401 else 2), "of two metrics"
