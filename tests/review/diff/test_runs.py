"""The runs of a sweep, as a review finds them again in records."""

from __future__ import annotations

from typing import Any

import pytest

from cardgen.manifest.grid import Grid, grid_runs
from cardgen.review.diff.facts.chains import Records
from tests.factory import make_evidence, make_manifest


@pytest.mark.parametrize(
    "grid",
    [
        {},
        {"framework": ["onnxruntime", "pytorch"], "per_channel": [False, True]},
        {"framework": ["onnxruntime", "pytorch"], "opset": [13, 17], "reduce_range": [True, False]},
        {
            "exclude_nodes": [[], ["/b", "/a"]],
            "opset": [17],
            "operators_to_quantize": [["MatMul"], ["Gather", "MatMul"]],
        },
        {"approach": ["dynamic", "static"]},
        {"approach": ["dynamic", "static"], "calibration_samples": [8, 16], "per_channel": [True]},
        {"threads": [1, 4], "framework": ["onnxruntime", "pytorch"]},
    ],
)
def test_runs_have_the_names_that_the_grid_gives_them(grid: dict[str, Any]) -> None:
    manifest = make_manifest(card="benchmark", variants={}, benchmark={"grid": grid})
    found = Records(make_evidence(manifest)).runs
    assert set(found) == {run.name for run in grid_runs(Grid.model_validate(grid))}
