"""A sweep that is run: the settings that are compared, and the runs that they come to.

The fields of :class:`Grid` are its axes: each says what its values are, and by its :class:`Axis` to which runs it
applies. :class:`GridRun` has the same names; rules, plan and card go by these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from cardgen.catalog.operators import (
    DYNAMIC_OPERATORS,
    PER_CHANNEL_OPERATORS,
    STATIC_OPERATORS,
    STATIC_PER_CHANNEL_OPERATORS,
)
from cardgen.manifest.base import Count, Listed, Section, Setting, Strings

Framework = Literal["onnxruntime", "pytorch"]
Approach = Literal["dynamic", "static"]

GRID: Final = "benchmark.grid"
"""Stands among the names of what is run for the runs of a grid; no variant can be called that."""

GRID_BACKENDS: Mapping[Framework, str] = {"onnxruntime": "onnxruntime", "pytorch": "neural-compressor"}
"""Framework to the backend that exports and runs its models."""

Settings = Mapping[str, Any]
"""Those of one run that are known already, by axis."""
Scope = Literal["run", "onnx", "quantization", "calibration"]
"""Of what a setting is: of every run, of those in ONNX Runtime, of those of them that are quantized, or of those of
them that are quantized statically."""


def _always(_settings: Settings) -> bool:
    return True


def _quantizes(settings: Settings) -> bool:
    quantized = STATIC_OPERATORS if settings["approach"] == "static" else DYNAMIC_OPERATORS
    return any(name in quantized for name in settings["operators_to_quantize"])


def _has_channels(settings: Settings) -> bool:
    able = STATIC_PER_CHANNEL_OPERATORS if settings["approach"] == "static" else PER_CHANNEL_OPERATORS
    return any(name in able for name in settings["operators_to_quantize"])


@dataclass(frozen=True)
class Axis:
    """To which runs a setting applies."""

    scope: Scope
    where: Callable[[Settings], bool] = _always
    """Of those runs, by the axes before this one."""

    def applies(self, settings: Settings) -> bool:
        """Whether it does to a run of which the axes before this one are known."""
        if self.scope != "run" and settings["framework"] != "onnxruntime":
            return False
        if self.scope in ("quantization", "calibration") and not settings["apply_quantization"]:
            return False
        if self.scope == "calibration" and settings["approach"] != "static":
            return False
        return self.where(settings)


Booleans = Annotated[tuple[bool, ...], Listed, Field(min_length=1)]
Counts = Annotated[tuple[Count, ...], Listed, Field(min_length=1)]
Lists = Annotated[tuple[Strings, ...], Listed, Field(min_length=1)]


class Grid(Section):
    """The settings that a benchmark compares: each combination is a run, and those that mean the same are one."""

    framework: Annotated[tuple[Framework, ...], Listed, Field(min_length=1), Axis("run")] = Field(
        ("onnxruntime",), description="What runs the model. pytorch runs it in FP32, as it is."
    )
    apply_quantization: Annotated[Booleans, Axis("onnx")] = Field(
        (False, True), description="Whether the model is quantized: to INT8, dynamically unless `approach` says more."
    )
    approach: Annotated[tuple[Approach, ...] | None, Listed, Field(min_length=1), Axis("quantization")] = Field(
        None, description="static: activation scales come from calibration. dynamic: they are taken for each input."
    )
    calibration_samples: Annotated[Counts | None, Axis("calibration")] = Field(
        None, description="How many samples to calibrate static runs with."
    )
    operators_to_quantize: Annotated[Lists, Axis("quantization")] = Field(
        (("Gather", "MatMul"),), description="Lists of ONNX operator types, such as [[MatMul, Add], [MatMul]]."
    )
    per_channel: Annotated[Booleans, Axis("quantization", _has_channels)] = Field(
        (False,), description="One scale per output channel of a weight."
    )
    reduce_range: Annotated[Booleans | None, Axis("quantization", _quantizes)] = Field(
        None, description="Weights of 7 bits, whose products are the same on every processor: so unless this is false."
    )
    exclude_nodes: Annotated[Lists | None, Axis("quantization", _quantizes)] = Field(
        None, description="Lists of ONNX node names that stay FP32; an empty one excludes none."
    )
    opset: Annotated[Counts | None, Axis("onnx")] = Field(None, description="ONNX opsets to export with.")
    threads: Annotated[Counts | None, Axis("run")] = Field(
        None, description="Threads of one operator while it is timed, in the place of `benchmark.threads`."
    )

    @property
    def is_static(self) -> bool:
        """Whether a run of it is calibrated."""
        return "onnxruntime" in self.framework and True in self.apply_quantization and "static" in (self.approach or ())


AXES: Final[Mapping[str, Axis]] = {
    name: next(each for each in field.metadata if isinstance(each, Axis)) for name, field in Grid.model_fields.items()
}
"""By name, each after those that it depends on."""


@dataclass(frozen=True)
class GridRun:
    """One run of a grid; ``None`` for a setting that does not apply to it, or that the grid does not name."""

    framework: Framework
    apply_quantization: bool | None = None
    approach: Approach | None = None
    calibration_samples: int | None = None
    operators_to_quantize: tuple[str, ...] | None = None
    """As asked for, sorted."""
    per_channel: bool | None = None
    reduce_range: bool | None = None
    exclude_nodes: tuple[str, ...] | None = None
    """Sorted."""
    opset: int | None = None
    threads: int | None = None

    @property
    def parameters(self) -> dict[str, Setting]:
        """The settings by name, in the order in which a card shows them.

        The first are always told; of the others, those that the grid names.
        """
        always: dict[str, Setting] = {
            "framework": self.framework,
            "operators_to_quantize": self.operators_to_quantize,
            "per_channel": self.per_channel,
            "apply_quantization": self.apply_quantization,
        }
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return always | {name: value for name, value in named.items() if name not in always and value is not None}

    @property
    def backend(self) -> str:
        """The backend that makes and runs the model."""
        return GRID_BACKENDS[self.framework]

    @property
    def quantized_operators(self) -> tuple[str, ...]:
        """The operator types that its quantization turns into integers; without any, the model stays FP32."""
        quantized = STATIC_OPERATORS if self.approach == "static" else DYNAMIC_OPERATORS
        return tuple(name for name in self.operators_to_quantize or () if name in quantized)

    @property
    def exported(self) -> str:
        """What sets the FP32 model apart from those that other runs start from: ``opset 17``; or nothing."""
        return "" if self.opset is None else f"opset {self.opset}"

    @property
    def name(self) -> str:
        """For people: ``onnxruntime INT8 Gather MatMul per channel, 2 threads``."""
        if self.threads is None:
            return self.model
        return f"{self.model}, {self.threads} {'thread' if self.threads == 1 else 'threads'}"

    @property
    def model(self) -> str:
        """The name of the model, which runs that only time it otherwise share."""
        if not self.quantized_operators:
            return f"{self.framework} FP32 {self.exported}".rstrip()
        bits = {None: "", True: "7 bits", False: "8 bits"}[self.reduce_range]
        excluded = f"without {' '.join(self.exclude_nodes)}" if self.exclude_nodes else ""
        channels = "per channel" if self.per_channel else ""
        static = "static" if self.approach == "static" else ""
        samples = "" if self.calibration_samples is None else f"{self.calibration_samples} samples"
        how = (static, samples, *self.quantized_operators, channels, bits, excluded, self.exported)
        return " ".join(filter(None, (self.framework, "INT8", *how)))


def grid_runs(grid: Grid) -> tuple[GridRun, ...]:
    """The runs of a grid, in the order of its values; combinations that mean the same are one run."""
    combinations = product(*(getattr(grid, name) or (None,) for name in AXES))
    return tuple(dict.fromkeys(_meant(dict(zip(AXES, combination, strict=True))) for combination in combinations))


def _meant(asked: Settings) -> GridRun:
    meant: dict[str, Any] = {}
    for name, axis in AXES.items():
        value = asked[name]
        applies = value is not None and axis.applies(meant)
        meant[name] = (tuple(sorted(set(value))) if isinstance(value, tuple) else value) if applies else None
    return GridRun(**meant)
