"""How fast: what a benchmark runs, and where a reported one ran."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cardgen.manifest.base import Count, Listed, Section, Setting
from cardgen.manifest.data import Calibration
from cardgen.manifest.grid import Grid

Counts = Annotated[tuple[Count, ...], Listed, Field(min_length=1)]


class Benchmark(Section):
    """Time figures: how long, on what input, and which settings are compared."""

    duration_s: Annotated[float, Field(gt=0)] = Field(15.0, description="Seconds that each run is measured for.")
    warmup_runs: Annotated[int, Field(ge=0)] | None = Field(None, description="Forward passes before measuring.")
    batch_sizes: Counts = Field((1,), description="Samples in a forward pass.")
    input_lengths: Counts = Field((128,), description="Tokens in a sample.")
    threads: Count | None = Field(None, description="Threads of one operator.")
    calibration: Calibration | None = Field(None, description="The samples that static runs of a grid look at.")
    grid: Grid | None = Field(None, description="The settings that are compared, each combination in a run of its own.")
    parameters: dict[str, Setting] = Field(
        {}, description="Settings that every reported run shares, by the name that the source gives them."
    )
    machine: dict[str, str] = Field({}, description="Where reported runs ran: instance type, instruction set, …")
