"""The plots that a card can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

PlotKind = Literal["scores", "sizes", "latency", "sensitivity", "trials"]

PLOTS: Final[Mapping[PlotKind, str]] = {
    "scores": "what each variant scores beside its baseline, with 95 % intervals",
    "sizes": "how large the weights of each variant are beside its baseline's",
    "latency": "the score of each run of a sweep against its latency, with the Pareto front",
    "sensitivity": "how much each module in INT8 disturbs the outputs, and which stayed FP32",
    "trials": "the trials by which the modules that stay FP32 were found",
}
"""Name in a manifest to what such a plot shows, in the order of a card."""
