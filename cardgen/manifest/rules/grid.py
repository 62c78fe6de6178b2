"""What must hold for a grid of runs, beyond its types."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Final

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.families import FAMILIES
from cardgen.catalog.operators import PER_CHANNEL_OPSET, QUANTIZABLE_OPERATORS
from cardgen.catalog.suggest import remedy_for
from cardgen.catalog.tasks import TASK_NAMES, TASKS, UNTIMED
from cardgen.manifest.benchmark import Benchmark
from cardgen.manifest.grid import AXES, GRID_BACKENDS, Grid, Scope
from cardgen.manifest.model import Manifest
from cardgen.manifest.places import Findings, Path, show_path

MOST_TIMINGS: Final = 100_000
"""So many are laid out in seconds; nobody waits for as many to run."""

GRID_PATH: Path = ("benchmark", "grid")
"""Where a manifest has it."""


def check_grid(manifest: Manifest, findings: Findings) -> None:
    """Check the grid of a benchmark, where there is one."""
    grid = manifest.benchmark.grid if manifest.benchmark else None
    if not findings.sound(GRID_PATH):
        return
    _check_calibration(manifest.benchmark, grid, findings)
    if grid is None:
        return
    if manifest.card in FAMILIES and manifest.card != "benchmark":
        message = f"does not belong in a card of the family `{manifest.card}`, which shows no runs"
        findings.add(GRID_PATH, message, "write `card: benchmark`", at="key")
    for name in AXES:
        _check_once((*GRID_PATH, name), getattr(grid, name) or (), findings)
    for index, names in enumerate(grid.operators_to_quantize):
        _check_operators((*GRID_PATH, "operators_to_quantize", index), names, findings)
    for index, names in enumerate(grid.exclude_nodes or ()):
        _check_twice((*GRID_PATH, "exclude_nodes", index), names, findings)
    if grid.threads and manifest.benchmark and manifest.benchmark.threads is not None:
        findings.add((*GRID_PATH, "threads"), "is given beside `benchmark.threads`", "keep one of the two", at="key")
    _check_use(grid, findings)
    _check_number(manifest.benchmark, grid, findings)


def check_grid_task(manifest: Manifest, findings: Findings) -> None:
    """Check that the frameworks of a grid that is run can do the task."""
    grid = manifest.benchmark.grid if manifest.benchmark else None
    if grid is None or manifest.task not in TASK_NAMES:
        return
    if grid.is_static and manifest.task in TASKS and TASKS[manifest.task].generates:
        message = f"cannot be measured in {manifest.task}: models that generate text are quantized dynamically alone"
        index = (grid.approach or ()).index("static")
        findings.add((*GRID_PATH, "approach", index), f"static {message}", "leave it out")
    for index, framework in enumerate(grid.framework):
        able = tuple(task for task in BACKENDS[GRID_BACKENDS[framework]].tasks if task not in UNTIMED)
        if manifest.task not in able:
            message = f"{framework} cannot be measured in {manifest.task}"
            remedy = f"it can do: {', '.join(able)}; results measured elsewhere go under `reported`"
            findings.add((*GRID_PATH, "framework", index), message, remedy)


def _check_once(path: Path, values: Iterable[object], findings: Findings) -> None:
    seen: list[object] = []
    for index, given in enumerate(values):
        value = frozenset(given) if isinstance(given, tuple) else given
        if value in seen:
            first = show_path((*path, seen.index(value)))
            findings.add((*path, index), f"means the same as {first}", "keep one of them")
        seen.append(value)


def _check_number(benchmark: Benchmark | None, grid: Grid, findings: Findings) -> None:
    shapes = 1 if benchmark is None else len(benchmark.batch_sizes) * len(benchmark.input_lengths)
    number = shapes * prod(len(getattr(grid, name) or (None,)) for name in AXES)
    if number > MOST_TIMINGS:
        message = f"comes to {number:,} combinations of settings and shapes of input; {MOST_TIMINGS:,} are allowed"
        findings.add(GRID_PATH, message, "give it fewer values", at="key")


def _check_operators(path: Path, names: tuple[str, ...], findings: Findings) -> None:
    if not names:
        findings.add(path, "is empty", "name at least one operator, or write `apply_quantization: [false]`")
    _check_twice(path, names, findings)
    for index, name in enumerate(names):
        if name not in names[:index] and name not in QUANTIZABLE_OPERATORS:
            message = f"`{name}` is not an operator that ONNX Runtime quantizes"
            findings.add((*path, index), message, remedy_for(name, QUANTIZABLE_OPERATORS))


def _check_calibration(benchmark: Benchmark | None, grid: Grid | None, findings: Findings) -> None:
    calibration = benchmark and benchmark.calibration
    if grid is None or not grid.is_static:
        if calibration:
            message = "does not apply: no run of the grid is quantized statically"
            findings.add(("benchmark", "calibration"), message, "leave it out, or write `approach: [static]`", at="key")
        return
    if calibration and grid.calibration_samples and "samples" in calibration.model_fields_set:
        message = "is given beside `benchmark.calibration.samples`"
        findings.add((*GRID_PATH, "calibration_samples"), message, "keep one of the two", at="key")
    if True in grid.per_channel:
        for index, opset in enumerate(grid.opset or ()):
            if opset < PER_CHANNEL_OPSET:
                message = f"is {opset}, and static quantization by channel takes operators of {PER_CHANNEL_OPSET}"
                findings.add((*GRID_PATH, "opset", index), message, f"write {PER_CHANNEL_OPSET} or more")


def _check_twice(path: Path, names: tuple[str, ...], findings: Findings) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            findings.add((*path, index), f"`{name}` is given twice", "keep one")


def _check_use(grid: Grid, findings: Findings) -> None:
    """Settings of a quantization, where nothing is quantized."""
    if grid.is_static:
        return
    unused: tuple[Scope, ...]
    if "onnxruntime" not in grid.framework:
        unused, why = ("onnx", "quantization", "calibration"), "pytorch runs the model in FP32, as it is"
    elif True not in grid.apply_quantization:
        unused, why = ("quantization", "calibration"), "no run quantizes"
    else:
        unused, why = ("calibration",), "no run is quantized statically"
    for name, axis in AXES.items():
        if name in grid.model_fields_set and axis.scope in unused:
            findings.add((*GRID_PATH, name), f"applies to no run: {why}", "leave it out", at="key")
