"""Which samples an evaluation takes, and how long they may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cardgen.data.fault import one_label_alone, refuse, too_few_samples

_UNLIMITED = 10**9
"""transformers' ``VERY_LARGE_INTEGER`` (1e30) stands for no limit; no model takes as much as this."""


def check_samples(samples: int, labels: Sequence[str], limit: int | None) -> None:
    """Check that there are enough samples, and of more than one label.

    Args:
        samples: how many there are.
        labels: of the samples, each once; none where samples have no labels.
        limit: how many were to be drawn, where not all were to be taken.

    Raises:
        StepError: if there is only one.
    """
    refuse((*too_few_samples(samples, limit), *one_label_alone(labels, samples, limit)))


def model_limit(tokenizer: Any) -> int | None:
    """The most tokens that a tokenizer's model takes; ``None`` where it sets no limit."""
    return int(tokenizer.model_max_length) if tokenizer.model_max_length < _UNLIMITED else None
