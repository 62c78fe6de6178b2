"""What a model computed, as arrays that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch

_SPANS = ("start_logits", "end_logits")
"""Outputs with one number a token, and so no third axis."""
_PER_TOKEN = 3
"""Axes of an output that gives each token several numbers."""


def plain_outputs(outputs: Mapping[str, Any], batch: Batch) -> dict[str, npt.NDArray[np.float32]]:
    """The arrays among a model's outputs, by name, with zeros for tokens that are padding.

    What a model computes for padding means nothing, and one runtime may compute it otherwise than another.

    Args:
        outputs: a ``transformers.utils.ModelOutput`` of arrays or tensors.
        batch: what the model was given.
    """
    import numpy as np

    written = "decoder_input_ids" in batch
    plain = {}
    for name, value in outputs.items():
        if not hasattr(value, "shape"):
            continue  # a cache, or the states of each layer
        array = np.asarray(value)
        decoded = written and not name.startswith("encoder_")
        mask = batch.get("decoder_attention_mask" if decoded else "attention_mask")
        per_token = array.ndim == _PER_TOKEN or name in _SPANS
        if mask is not None and per_token and array.shape[:2] == mask.shape:
            array = array.copy()
            array[mask == 0] = 0
        plain[name] = array
    return plain
