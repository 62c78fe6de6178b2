"""Runs a PyTorch model on the CPU."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cardgen.backends.generation import generation_settings
from cardgen.backends.outputs import plain_outputs
from cardgen.backends.threads import available_threads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch


class TorchRunner:
    """A PyTorch model, FP32 or INT8."""

    def __init__(self, model: Any, threads: int | None = None) -> None:
        """Take a ``torch.nn.Module`` in evaluation mode; it uses all threads that there are unless told how many."""
        self.threads = threads or available_threads()
        self._model = model
        self._inputs = frozenset(inspect.signature(model.forward).parameters)
        # What each token left for the next takes memory, and one pass has no next.
        self._switches = {"use_cache": False} if "use_cache" in self._inputs else {}

    @property
    def spinning(self) -> bool | None:
        """Whether a thread that waits does so busily; ``None`` where that is left to OpenMP, some of which do at first.

        PyTorch computes with OpenMP's threads (OpenMP API 5.2, section 21.1.4).
        """
        return {"ACTIVE": True, "PASSIVE": False}.get(os.environ.get("OMP_WAIT_POLICY", "").upper())

    def outputs(self, batch: Batch) -> dict[str, npt.NDArray[np.float32]]:
        """Every array that the model computes, by name."""
        return plain_outputs(self._run(batch), batch)

    @property
    def generation(self) -> dict[str, str | int | float | bool]:
        """The settings by which :meth:`generate` differs from transformers' defaults."""
        return generation_settings(self._model.generation_config)

    def generate(self, batch: Batch) -> npt.NDArray[np.int64]:
        """Token ids of what a model that generates text makes of each sample, of shape (samples, tokens)."""
        with self._computing():
            found: npt.NDArray[np.int64] = self._model.generate(**self._given(batch)).numpy()
        return found

    def _run(self, batch: Batch) -> Any:
        with self._computing():
            return self._model(**self._given(batch), **self._switches)

    def _given(self, batch: Batch) -> dict[str, Any]:
        import torch

        return {name: torch.from_numpy(array) for name, array in batch.items() if name in self._inputs}

    @contextmanager
    def _computing(self) -> Iterator[None]:
        """Both what is set here and the number of threads hold for the Python thread that sets them."""
        import torch

        torch.set_num_threads(self.threads)
        with torch.inference_mode():
            yield
