"""Which samples an evaluation takes, and how long they may be."""

from __future__ import annotations

from typing import Any

from cardgen.data.fault import refuse, too_few_samples

_UNLIMITED = 10**9
"""transformers' ``VERY_LARGE_INTEGER`` (1e30) stands for no limit; no model takes as much as this."""


def check_count(samples: int) -> None:
    """Check that there are enough samples.

    Raises:
        StepError: if there is only one.
    """
    refuse(too_few_samples(samples, None))


def model_limit(tokenizer: Any) -> int | None:
    """The most tokens that a tokenizer's model takes; ``None`` where it sets no limit."""
    return int(tokenizer.model_max_length) if tokenizer.model_max_length < _UNLIMITED else None
