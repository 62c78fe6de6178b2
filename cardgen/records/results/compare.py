"""How far an export is from its base model."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen


class CompareResult(Frozen):
    """How far an export's outputs are from the base model's, on the same samples."""

    kind: Literal["compare"] = "compare"
    samples: int
    drawn_from: int | None = None
    """Rows of the dataset, where not all were taken."""
    largest_difference: float
    """The largest absolute difference of any number in any output that both have."""
    tolerance: float
    """What was allowed."""
    outputs: tuple[str, ...]
    """Names of the outputs that were compared, such as ``logits``."""
    truncated: int = 0
    """Samples longer than the model takes."""
    threads: int
    spinning: bool | None = None
    """Whether a thread that waited for work did so busily; ``None`` where the runtime does not tell."""
