from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.tuning.sensitivity import rank_modules, samples_to_rank

Batch = Mapping[str, npt.NDArray[np.int64]]
LOGITS = np.array([[1.0, -1.0, 0.0], [4.0, 0.0, -4.0]], np.float32)
"""From their mean in each row they are as they stand: their squares sum to 34."""


class Probe:
    """A model whose logits change by what is given for the module in INT8."""

    def __init__(self, changes: Mapping[str, npt.ArrayLike]) -> None:
        self._changes = changes
        self.passes = 0

    def outputs(self, batch: Batch, simulated: str | None) -> dict[str, npt.NDArray[np.float32]]:
        self.passes += 1
        change = np.asarray(0.0 if simulated is None else self._changes[simulated])
        logits: npt.NDArray[np.float32] = (LOGITS[batch["row"]] + change).astype(np.float32)
        return {"logits": logits}


def batch(*rows: int) -> Batch:
    return {"row": np.array(rows)}


def silent(_stage: str, _done: int, _total: int | None) -> None: ...


def test_noise_is_the_squared_change_over_the_squared_logits() -> None:
    probe = Probe({"shifted": 3.0, "slight": [0.1, -0.1, 0.0], "bad": [1.0, 0.0, -1.0]})
    ranking = rank_modules(probe, ["shifted", "slight", "bad"], [batch(0), batch(1)], silent)
    assert [entry.module for entry in ranking.modules] == ["bad", "slight", "shifted"]
    assert [entry.noise for entry in ranking.modules] == pytest.approx([4 / 34, 0.04 / 34, 0.0], rel=1e-5)
    assert ranking.samples == 2
    assert probe.passes == 2 * (1 + 3)


def test_what_is_no_number_comes_first_and_equals_go_by_name() -> None:
    changes: dict[str, npt.ArrayLike] = {
        "b": 0.0,
        "a": 0.0,
        "c": [math.inf, 0.0, 0.0],
        "d": [math.nan, 0.0, 0.0],
        "e": [0.0, 1.0, 0.0],
    }
    with np.errstate(invalid="ignore"):
        ranking = rank_modules(Probe(changes), list(changes), [batch(0, 1)], silent)
    assert [(entry.module, entry.noise is None) for entry in ranking.modules] == [
        ("c", True),
        ("d", True),
        ("e", False),
        ("a", False),
        ("b", False),
    ]


@given(modules=st.integers(1, 400), samples=st.integers(2, 100_000))
def test_a_ranking_passes_no_more_samples_than_an_evaluation(modules: int, samples: int) -> None:
    each = samples_to_rank(modules, samples)
    assert 1 <= each <= 32
    assert each == 1 or each * (modules + 1) * 2 <= samples
