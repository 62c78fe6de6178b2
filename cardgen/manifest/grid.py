"""A sweep that is run: the settings that are compared, and the runs that they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Final, Literal

from pydantic import Field

from cardgen.catalog.operators import DYNAMIC_OPERATORS, PER_CHANNEL_OPERATORS
from cardgen.manifest.base import Listed, Section, Setting, Strings

Framework = Literal["onnxruntime", "pytorch"]

GRID: Final = "benchmark.grid"
"""Stands among the names of what is run for the runs of a grid; no variant can be called that."""

GRID_BACKENDS: Mapping[Framework, str] = {"onnxruntime": "onnxruntime", "pytorch": "neural-compressor"}
"""Framework to the backend that exports and runs its models."""

Booleans = Annotated[tuple[bool, ...], Listed, Field(min_length=1)]


class Grid(Section):
    """The settings that a benchmark compares: each combination is a run, and those that mean the same are one."""

    framework: Annotated[tuple[Framework, ...], Listed, Field(min_length=1)] = Field(
        ("onnxruntime",), description="What runs the model. pytorch runs it in FP32, as it is."
    )
    apply_quantization: Booleans = Field((False, True), description="Whether the model is quantized (dynamic INT8).")
    operators_to_quantize: Annotated[tuple[Strings, ...], Listed, Field(min_length=1)] = Field(
        (("Gather", "MatMul"),), description="Lists of ONNX operator types, such as [[MatMul, Add], [MatMul]]."
    )
    per_channel: Booleans = Field((False,), description="One scale per output channel of a weight.")


@dataclass(frozen=True)
class GridRun:
    """One run of a grid; ``None`` for a setting that does not apply to it."""

    framework: Framework
    apply_quantization: bool | None = None
    operators_to_quantize: tuple[str, ...] | None = None
    """As asked for, sorted."""
    per_channel: bool | None = None

    @property
    def parameters(self) -> dict[str, Setting]:
        """The settings by name, in the order in which a card shows them."""
        return {
            "framework": self.framework,
            "operators_to_quantize": self.operators_to_quantize,
            "per_channel": self.per_channel,
            "apply_quantization": self.apply_quantization,
        }

    @property
    def backend(self) -> str:
        """The backend that makes and runs the model."""
        return GRID_BACKENDS[self.framework]

    @property
    def quantized_operators(self) -> tuple[str, ...]:
        """The operator types that dynamic quantization turns into integers; without any, the model stays FP32."""
        return tuple(name for name in self.operators_to_quantize or () if name in DYNAMIC_OPERATORS)

    @property
    def name(self) -> str:
        """For people: ``onnxruntime INT8 Gather MatMul per channel``."""
        if not self.quantized_operators:
            return f"{self.framework} FP32"
        words = (self.framework, "INT8", *self.quantized_operators, "per channel" if self.per_channel else "")
        return " ".join(filter(None, words))


def grid_runs(grid: Grid) -> tuple[GridRun, ...]:
    """The runs of a grid, in the order of its values; combinations that mean the same are one run."""
    combinations = product(grid.framework, grid.apply_quantization, grid.operators_to_quantize, grid.per_channel)
    return tuple(dict.fromkeys(_meant(*combination) for combination in combinations))


def _meant(framework: Framework, apply_quantization: bool, operators: tuple[str, ...], per_channel: bool) -> GridRun:
    if framework == "pytorch":
        return GridRun(framework)
    if not apply_quantization:
        return GridRun(framework, apply_quantization=False)
    with_channels = any(name in PER_CHANNEL_OPERATORS for name in operators)
    return GridRun(framework, True, tuple(sorted(set(operators))), per_channel if with_channels else None)
