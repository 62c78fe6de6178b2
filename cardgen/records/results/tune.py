"""How the modules that stay FP32 were found."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen
from cardgen.records.results.calibration import CalibrationSeen


class Sensitivity(Frozen):
    """How much one module in INT8 disturbs what the model computes."""

    module: str
    """PyTorch name."""
    noise: float | None
    """Squared error of the outputs over their squared size, that module alone computing as in INT8; the less the
    better. ``None`` where an output is not a number."""


class Ranking(Frozen):
    """The modules that plain INT8 quantizes, the most sensitive first."""

    modules: tuple[Sensitivity, ...]
    samples: int
    """Inputs that each module was tried on, without their labels."""
    seconds: float


class Candidate(Frozen):
    """One fallback that was tried: a model that was quantized and scored."""

    fp32_modules: tuple[str, ...]
    """What was kept FP32, by PyTorch name."""
    score: float | None
    """On all samples; ``None`` where scoring was stopped before its end, or gave no number."""
    bound: float | None = None
    """Where scoring was stopped: the best score that could still have come of it."""
    samples: int
    """Samples that were scored."""
    seconds: float
    """For quantizing and scoring."""
    accepted: bool
    """Whether the score keeps to the tolerance."""
    fault: str = ""
    """Why there is no score, where the model computes no numbers."""


class TuneResult(Frozen):
    """Which modules must stay FP32, and all that was tried to find out."""

    kind: Literal["tune"] = "tune"
    strategy: Literal["sensitivity-bisection"] = "sensitivity-bisection"
    metric: str
    baseline: float
    """The FP32 model's score."""
    limit: float
    """The worst score that keeps to the tolerance."""
    score: float
    """Of the chosen fallback."""
    fallback_modules: tuple[str, ...]
    """The chosen fallback, by PyTorch name."""
    ranking: Ranking | None
    """``None`` where plain INT8 keeps to the tolerance."""
    candidates: tuple[Candidate, ...]
    """In the order in which they were tried."""
    samples: int
    """Samples that a full evaluation takes."""
    calibration: CalibrationSeen | None = None
    """What every candidate was calibrated on; ``None`` for dynamic quantization, and in what an earlier version
    recorded."""
    threads: int
    spinning: bool | None = None
    """Whether a thread that waited for work did so busily; ``None`` where the runtime does not tell."""
    load: float | None = None
    """Processors that other work kept busy meanwhile, on average; ``None`` where the machine does not tell."""
