"""Each metric against the library that it stands for, in both environments: their versions differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backends.workbench import Workbench

METRICS = {
    *("seqeval.precision", "seqeval.recall", "seqeval.f1", "seqeval.accuracy"),
    *("squad_v1.exact_match", "squad_v1.f1", "squad_v2.exact_match", "squad_v2.f1"),
    *("rouge1", "rouge2", "rougeL", "rougeLsum", "sacrebleu", "chrf", "wer"),
    *("top_5_accuracy", "pearsonr", "spearmanr", "perplexity"),
}


@pytest.mark.slow
@pytest.mark.parametrize("environment", ["neural_compressor", "onnxruntime"])
def test_values_are_those_of_the_reference_libraries(request: pytest.FixtureRequest, environment: str) -> None:
    bench: Workbench = request.getfixturevalue(environment)
    found = bench.script(Path(__file__).parents[1] / "scripts" / "agree.py")
    assert not found["written"]
    assert found["metrics"].keys() == METRICS
    for name, (rounds, difference) in found["metrics"].items():
        assert rounds >= 25, name
        assert difference < 1e-9, name
