"""A batch beside its rows alone: of arithmetic, and of classifiers whose padding stands on either side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from cardgen.evaluation.answering.batching import plan_batches
from cardgen.evaluation.answering.padding import check_batch, is_one_by_one, keep_batching
from cardgen.evaluation.task import ModelFiles, Reading, Runner
from cardgen.evaluation.tasks.language_modelling import WindowRows
from cardgen.records.request import MetricRequest
from cardgen.records.results.predict import BatchCheck
from tests.backends.workbench import SCRIPTS, Workbench

Outputs = Mapping[str, Any]
LENGTHS = [3, 9, 4, 4, 2, 7, 8, 6, 5, 9, 3]


@dataclass(frozen=True)
class _Rows:
    """Rows that are filled up on the left or on the right."""

    left: bool
    truncated: int = 0

    @property
    def lengths(self) -> Sequence[int]:
        return LENGTHS

    def batch(self, rows: Sequence[int]) -> Mapping[str, Any]:
        ids = [np.arange(1, LENGTHS[row] + 1) * (row + 1) for row in rows]
        found = WindowRows(ids, 0, segments=False).batch(range(len(rows)))
        if self.left:
            shifts = [len(one) - int(one.sum()) for one in found["attention_mask"]]
            return {
                name: np.array([np.roll(one, shift) for one, shift in zip(array, shifts, strict=True)])
                for name, array in found.items()
            }
        return found


@dataclass(frozen=True)
class _Read:
    rows: _Rows


@dataclass(frozen=True)
class _Arithmetic:
    """Computes outputs of a batch by a formula."""

    formula: Callable[[Any, Any], Outputs]

    def outputs(self, batch: Mapping[str, Any]) -> Outputs:
        return self.formula(batch["input_ids"].astype(np.float32), batch["attention_mask"])


def pooled(ids: Any, mask: Any) -> Outputs:
    return {"logits": np.stack([(ids * mask).sum(1), mask.sum(1)], axis=1)}


def of_tokens(ids: Any, mask: Any) -> Outputs:
    return {"last_hidden_state": (ids * mask)[:, :, None] + np.zeros(2, np.float32), "start_logits": ids * mask + mask}


def of_places(ids: Any, mask: Any) -> Outputs:
    return {"logits": (ids * mask * np.arange(ids.shape[1])).sum(1, keepdims=True)}


def of_width(ids: Any, mask: Any) -> Outputs:
    return {"logits": (ids * mask).sum(1, keepdims=True) / ids.shape[1]}


def check(formula: Callable[[Any, Any], Outputs], *, left: bool, size: int = 11) -> BatchCheck:
    reading, runner = cast("Reading", _Read(_Rows(left))), cast("Runner", _Arithmetic(formula))
    return check_batch(reading, runner, ModelFiles(Path()), plan_batches(LENGTHS, size), writes=False)


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("formula", [pooled, of_tokens])
def test_a_model_that_leaves_padding_out_is_alike(formula: Callable[[Any, Any], Outputs], left: bool) -> None:
    found = check(formula, left=left)
    assert found.alike
    assert found.difference == 0
    assert found.samples == 8


def test_a_model_that_counts_places_sees_padding_on_the_left() -> None:
    assert check(of_places, left=False).alike
    assert not check(of_places, left=True).alike


def test_a_model_that_sees_how_wide_a_batch_is() -> None:
    assert not check(of_width, left=False).alike


def test_the_batch_with_the_most_padding_is_taken() -> None:
    assert check(of_width, left=False, size=2).samples == 2
    assert not check(of_width, left=False, size=2).alike


def test_what_is_compared_with_a_baseline_is_told(tmp_path: Path) -> None:
    assert not is_one_by_one(tmp_path)
    for difference, told in ((0.5, True), (1e-6, False)):
        keep_batching(tmp_path, BatchCheck(samples=8, difference=difference, tolerance=1e-3))
        assert is_one_by_one(tmp_path) is told


@pytest.fixture(scope="module")
def padded(neural_compressor: Workbench, models: Path) -> Path:
    folder = neural_compressor.folder / "padded"
    neural_compressor.script(SCRIPTS / "make_padded.py", models / "single", folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("backend", "model"), [("neural_compressor", "gpt2"), ("onnxruntime", "distilbert")])
def test_a_model_with_padding_on_the_left_goes_one_by_one(
    request: pytest.FixtureRequest, padded: Path, models: Path, backend: str, model: str
) -> None:
    bench: Workbench = request.getfixturevalue(backend)
    data, metrics = models / "single" / "test.csv", (MetricRequest(type="accuracy"),)
    for side in ("left", "right"):
        _, export = bench.export(padded / f"{model}-{side}")
        alone = bench.evaluate(bench.scoring(1, metrics, limit=60), export, data=data)
        assert alone.predicted.batch_check is None
        found = bench.evaluate(bench.scoring(32, metrics, limit=60), export, data=data)
        assert found.predicted.batch_check is not None
        assert found.predicted.one_by_one is (side == "left")
        assert found.predicted.batch_check.alike is (side == "right")
        assert found.result.scores == alone.result.scores
        assert side == "right" or found.predicted.lanes == alone.predicted.lanes
        variant = bench.evaluate(bench.scoring(32, metrics, limit=60), export, found.predictions, data=data)
        assert variant.predicted.one_by_one is (side == "left")
        assert variant.predicted.batch_check is None
        assert variant.result.scores == alone.result.scores
