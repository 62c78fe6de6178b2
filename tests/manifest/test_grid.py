from __future__ import annotations

from dataclasses import fields
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.operators import (
    DYNAMIC_OPERATORS,
    PER_CHANNEL_OPERATORS,
    QUANTIZABLE_OPERATORS,
    STATIC_OPERATORS,
    STATIC_PER_CHANNEL_OPERATORS,
)
from cardgen.manifest.grid import AXES, Grid, GridRun, grid_runs

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
        "approach": some("dynamic", "static"),
        "calibration_samples": some(8, 16),
        "reduce_range": some(False, True),
        "exclude_nodes": st.lists(st.lists(st.sampled_from("abc"), max_size=2, unique=True), min_size=1, max_size=2),
        "opset": some(13, 17),
        "threads": some(1, 2),
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
        GridRun("onnxruntime", True, operators_to_quantize=("Add", "MatMul"), per_channel=False),
        GridRun("onnxruntime", True, operators_to_quantize=("Add", "MatMul"), per_channel=True),
        GridRun("onnxruntime", True, operators_to_quantize=("Add",)),
        GridRun("pytorch"),
    )


def test_without_any_key_int8_stands_beside_fp32() -> None:
    assert [run.name for run in grid_runs(Grid())] == ["onnxruntime FP32", "onnxruntime INT8 Gather MatMul"]


def plain(value: Any) -> Any:
    """Without the order of a list, which means nothing."""
    return set(value) if isinstance(value, tuple) else value


def made_of(run: GridRun) -> tuple[Any, ...]:
    """What a quantized run is made with, but for the operators."""
    approach = "static" if run.approach == "static" else None
    return (
        approach,
        run.calibration_samples,
        run.per_channel or None,
        run.reduce_range,
        run.exclude_nodes or None,
        run.opset,
        run.threads,
    )


@given(grids)
def test_no_run_is_done_twice(grid: Grid) -> None:
    runs = grid_runs(grid)
    assert len(set(runs)) == len(runs) >= 1


@given(grids)
def test_every_combination_has_a_run_and_every_run_is_asked_for(grid: Grid) -> None:
    runs = grid_runs(grid)
    met = set()
    for asked in product(*(getattr(grid, name) or (None,) for name in AXES)):
        (run,) = [
            run
            for run in runs
            if all(
                getattr(run, name) is None or plain(getattr(run, name)) == plain(value)
                for name, value in zip(AXES, asked, strict=True)
            )
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
        static = run.approach == "static"
        able = STATIC_PER_CHANNEL_OPERATORS if static else PER_CHANNEL_OPERATORS
        assert (run.per_channel is not None) == bool(set(names or ()) & set(able))
        known = STATIC_OPERATORS if static else DYNAMIC_OPERATORS
        assert set(run.quantized_operators) == set(names or ()) & set(known)
        assert (run.approach is not None) == (bool(run.apply_quantization) and grid.approach is not None)
        assert (run.calibration_samples is not None) == (static and grid.calibration_samples is not None)
        assert (run.opset is not None) == (onnx and grid.opset is not None)
        assert (run.threads is None) == (grid.threads is None)
        for name in ("reduce_range", "exclude_nodes"):
            applies = bool(run.quantized_operators) and getattr(grid, name) is not None
            assert (getattr(run, name) is not None) == applies


def test_a_run_has_the_axes_of_the_grid() -> None:
    assert [field.name for field in fields(GridRun)] == list(AXES) == list(Grid.model_fields)


@given(grids)
def test_runs_have_names_of_their_own(grid: Grid) -> None:
    runs = [run for run in grid_runs(grid) if run.quantized_operators]
    assert len({run.name for run in runs}) == len({(run.quantized_operators, *made_of(run)) for run in runs})


@given(grids)
def test_a_card_tells_what_the_grid_names_and_what_it_always_told(grid: Grid) -> None:
    always = {"framework", "operators_to_quantize", "per_channel", "apply_quantization"}
    for run in grid_runs(grid):
        told = run.parameters
        assert set(told) - always <= grid.model_fields_set
        assert {name for name in AXES if getattr(run, name) is not None} <= set(told) >= always


@given(grids, st.randoms(use_true_random=False))
def test_the_order_of_operators_means_nothing(grid: Grid, random: Any) -> None:
    def shuffled(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(random.sample(names, len(names)))

    other = grid.model_copy(update={"operators_to_quantize": tuple(map(shuffled, grid.operators_to_quantize))})
    assert grid_runs(other) == grid_runs(grid)
