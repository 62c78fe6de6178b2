"""What a model computes, checked to be what a task expects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cardgen.errors import StepError


class NotANumberError(StepError):
    """The model computed NaN."""

    def __init__(self, row: int) -> None:
        super().__init__(
            f"The model computed NaN for the input in row {row}, counted from 0.",
            remedy="Quantize fewer modules, calibrate on other samples, or try the other approach.",
        )


def checked_logits(logits: Any, shape: tuple[int, ...], rows: Sequence[int]) -> Any:
    """The logits that a model computed for some rows.

    Args:
        logits: what came out, if it has that output.
        shape: what it must have.
        rows: which rows these are, for messages.

    Raises:
        NotANumberError: if some are NaN.
        StepError: if there are none, or they have another shape.
    """
    if logits is None or logits.shape != shape:
        found = "no logits" if logits is None else f"logits of shape {logits.shape}"
        raise StepError(
            f"The model gave {found}, where the task expects shape {shape}.",
            remedy="Name a model that was fine-tuned for this task.",
        )
    wrong = np.isnan(logits).reshape(len(logits), -1).any(-1)
    if wrong.any():
        raise NotANumberError(min(row for row, is_wrong in zip(rows, wrong, strict=True) if is_wrong))
    return logits
