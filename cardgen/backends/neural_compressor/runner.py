"""Loads what this backend saved, and runs it."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.checkpoint import load_weights
from cardgen.backends.threads import available_threads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch

INC_CONFIG = "inc_config.json"
"""Written by ``optimum.intel.INCConfig``; marks an INT8 artifact."""

INC_CLASSES = {"text-classification": "INCModelForSequenceClassification"}
"""Task to the optimum-intel class that loads an INT8 artifact."""


class TorchRunner:
    """A PyTorch model, FP32 or INT8."""

    def __init__(self, model: Any) -> None:
        """Take a ``torch.nn.Module`` as :func:`load_artifact` gives it."""
        import torch

        self.threads = available_threads()
        torch.set_num_threads(self.threads)
        self._model = model
        self._inputs = frozenset(inspect.signature(model.forward).parameters)

    def logits(self, batch: Batch) -> npt.NDArray[np.float32]:
        """Logits of shape (samples, labels)."""
        import torch

        inputs = {name: torch.from_numpy(array) for name, array in batch.items() if name in self._inputs}
        with torch.no_grad():
            logits: npt.NDArray[np.float32] = self._model(**inputs).logits.numpy()
        return logits


def load_artifact(artifact: Path, task: str, trust_remote_code: bool) -> Any:
    """The PyTorch module in an artifact of this backend, in evaluation mode."""
    if not (artifact / INC_CONFIG).is_file():
        model, _ = load_weights(artifact, task, None, trust_remote_code)
        return model
    import optimum.intel

    inc_class = getattr(optimum.intel, INC_CLASSES[task])
    loaded = inc_class.from_pretrained(artifact, trust_remote_code=trust_remote_code)
    return loaded.model.eval()
