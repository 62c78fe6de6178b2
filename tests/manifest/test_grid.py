from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.operators import DYNAMIC_OPERATORS, PER_CHANNEL_OPERATORS, QUANTIZABLE_OPERATORS
from cardgen.manifest.grid import Grid, GridRun, grid_runs

operators = st.lists(st.sampled_from(QUANTIZABLE_OPERATORS), min_size=1, max_size=3, unique=True)


def some(*values: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True)


grids = st.fixed_dictionaries(
    {},
    optional={
        "framework": some("onnxruntime", "pytorch"),
        "apply_quantization": some(False, True),
        "operators_to_quantize": st.lists(operators, min_size=1, max_size=3),
        "per_channel": some(False, True),
    },
).map(Grid.model_validate)


def test_the_runs_of_a_known_sweep() -> None:
    grid = Grid.model_validate(
        {
            "framework": ["onnxruntime", "pytorch"],
            "operators_to_quantize": [["MatMul", "Add"], ["Add"]],
            "per_channel": [False, True],
            "apply_quantization": [False, True],
        }
    )
    assert grid_runs(grid) == (
        GridRun("onnxruntime", False),
        GridRun("onnxruntime", True, ("Add", "MatMul"), False),
        GridRun("onnxruntime", True, ("Add", "MatMul"), True),
        GridRun("onnxruntime", True, ("Add",)),
        GridRun("pytorch"),
    )


def test_without_any_key_int8_stands_beside_fp32() -> None:
    assert [run.name for run in grid_runs(Grid())] == ["onnxruntime FP32", "onnxruntime INT8 Gather MatMul"]


@given(grids)
def test_no_run_is_done_twice(grid: Grid) -> None:
    runs = grid_runs(grid)
    assert len(set(runs)) == len(runs) >= 1


@given(grids)
def test_every_combination_has_a_run_and_every_run_is_asked_for(grid: Grid) -> None:
    runs = grid_runs(grid)
    met = set()
    for framework, quantized, names, per_channel in product(
        grid.framework, grid.apply_quantization, grid.operators_to_quantize, grid.per_channel
    ):
        (run,) = [
            run
            for run in runs
            if run.framework == framework
            and run.apply_quantization in (None, quantized)
            and (run.operators_to_quantize is None or set(run.operators_to_quantize) == set(names))
            and run.per_channel in (None, per_channel)
        ]
        met.add(run)
    assert met == set(runs)


@given(grids)
def test_null_is_exactly_what_does_not_apply(grid: Grid) -> None:
    for run in grid_runs(grid):
        onnx = run.framework == "onnxruntime"
        names = run.operators_to_quantize
        assert (run.apply_quantization is not None) == onnx
        assert (names is not None) == bool(run.apply_quantization)
        assert (run.per_channel is not None) == bool(set(names or ()) & set(PER_CHANNEL_OPERATORS))
        assert set(run.quantized_operators) == set(names or ()) & set(DYNAMIC_OPERATORS)


@given(grids, st.randoms(use_true_random=False))
def test_the_order_of_operators_means_nothing(grid: Grid, random: Any) -> None:
    def shuffled(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(random.sample(names, len(names)))

    other = grid.model_copy(update={"operators_to_quantize": tuple(map(shuffled, grid.operators_to_quantize))})
    assert grid_runs(other) == grid_runs(grid)
