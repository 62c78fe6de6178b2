"""What a benchmark needs of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Batch = Mapping[str, npt.NDArray[np.int64]]
    """What a tokenizer makes of some samples: name to an array of shape (samples, tokens)."""

Report = Callable[[str, int, int | None], None]
"""Called with (stage, done, total) as a long stage goes on."""


class Runner(Protocol):
    """A loaded model; backends satisfy it by shape."""

    @property
    def threads(self) -> int:
        """Threads that one operator may use."""

    @property
    def spinning(self) -> bool | None:
        """Whether a thread that waits for work does so busily; ``None`` where the runtime does not tell."""

    def outputs(self, batch: Batch) -> Mapping[str, npt.NDArray[np.float32]]:
        """Every array that the model computes, by name."""
