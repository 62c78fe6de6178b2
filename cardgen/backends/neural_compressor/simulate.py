"""An FP32 PyTorch model in which one module at a time computes as in INT8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cardgen.backends.torch_runner import TorchRunner

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch

Range = tuple[float, float]


class Simulation:
    """Rounds the weight and the input of one layer to 8 bits and back, as Neural Compressor's defaults do on x86.

    Weights are symmetric with a scale for each output channel, activations asymmetric with one scale: of the range that
    calibration showed, or for a dynamic quantization of the very input.
    """

    def __init__(self, model: Any, calibration: Sequence[Batch] | None) -> None:
        """Take a model in evaluation mode, and see the ranges of its layers' inputs on ``calibration``."""
        self._runner = TorchRunner(model)
        self._modules: dict[str, Any] = dict(model.named_modules())
        self._ranges = self._observe(calibration) if calibration else None

    def logits(self, batch: Batch, simulated: str | None) -> npt.NDArray[np.float32]:
        """Logits of shape (samples, labels); ``simulated`` is the module that computes as in INT8."""
        if simulated is None:
            return self._runner.logits(batch)
        with self._rounded(simulated):
            return self._runner.logits(batch)

    @contextmanager
    def _rounded(self, name: str) -> Iterator[None]:
        import torch

        layer = self._modules[name]
        embedding = isinstance(layer, torch.nn.Embedding)
        weight = layer.weight.data
        # A Linear layer and an embedding have a row for each channel, transformers' Conv1D has a column.
        rows = isinstance(layer, torch.nn.Linear | torch.nn.Embedding)
        layer.weight.data = _rounded_weight(weight, axis=0 if rows else 1)
        handle = None if embedding else layer.register_forward_pre_hook(self._round_input(name))
        try:
            yield
        finally:
            layer.weight.data = weight
            if handle is not None:
                handle.remove()

    def _round_input(self, name: str) -> Any:
        def hook(_layer: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
            low, high = (self._ranges or {}).get(name) or (float(inputs[0].min()), float(inputs[0].max()))
            return (_rounded_activation(inputs[0], low, high), *inputs[1:])

        return hook

    def _observe(self, calibration: Sequence[Batch]) -> dict[str, Range]:
        import torch

        ranges: dict[str, Range] = {}

        def watch(name: str) -> Any:
            def hook(_layer: Any, inputs: tuple[Any, ...]) -> None:
                low, high = ranges.get(name, (0.0, 0.0))
                ranges[name] = min(low, float(inputs[0].min())), max(high, float(inputs[0].max()))

            return hook

        handles = [
            module.register_forward_pre_hook(watch(name))
            for name, module in self._modules.items()
            if hasattr(module, "weight") and not isinstance(module, torch.nn.Embedding)
        ]
        for batch in calibration:
            self._runner.logits(batch)
        for handle in handles:
            handle.remove()
        return ranges


def _rounded_weight(weight: Any, axis: int) -> Any:
    scale = weight.abs().amax(1 - axis, keepdim=True) / 127
    scale[scale == 0] = 1
    return (weight / scale).round() * scale


def _rounded_activation(values: Any, low: float, high: float) -> Any:
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / 255 or 1.0
    zero = round(-low / scale)
    return ((values / scale).round().add(zero).clamp(0, 255) - zero) * scale
