"""From the states of tokens to one embedding of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float32]


def pool(states: Array, mask: Array, mode: str) -> Array:
    """One vector of length 1 a text.

    Args:
        states: of its tokens, of shape (texts, tokens, width).
        mask: 1 for a token and 0 for padding, of shape (texts, tokens).
        mode: as in :class:`cardgen.weights.sentences.SentenceSettings`.

    Returns:
        Of shape (texts, width).
    """
    if mode == "cls":  # padding may stand on the left
        pooled = states[np.arange(len(states)), mask.argmax(-1)]
    elif mode == "max":
        pooled = np.where(mask[..., None] == 1, states, -np.inf).max(1)
    else:
        pooled = np.where(mask[..., None] == 1, states, 0).sum(1) / mask.sum(-1, keepdims=True).clip(1)
    found: Array = (pooled / np.linalg.norm(pooled, axis=-1, keepdims=True).clip(1e-12)).astype(np.float32)
    return found
