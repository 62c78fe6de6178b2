"""What a model is that somebody else made, when a backend runs it."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen


class AdoptResult(Frozen):
    """That it runs, and answers in the shape of the base model's export."""

    kind: Literal["adopt"] = "adopt"
    weight_bytes: int
    outputs: tuple[str, ...]
    """Names of the arrays that it computes."""
