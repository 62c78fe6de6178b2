"""An FP32 PyTorch model in which one module at a time computes as in INT8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cardgen.backends.checkpoint import module_names
from cardgen.backends.torch_runner import TorchRunner

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch


@dataclass(frozen=True)
class _Range:
    """The smallest and the largest of some numbers, and 0."""

    low: float = 0.0
    high: float = 0.0

    def over(self, values: Any) -> _Range:
        return _Range(min(self.low, float(values.min())), max(self.high, float(values.max())))


class Simulation:
    """Rounds one layer to integers and back, as the models are that this backend makes.

    Weights have 8 bits, symmetric with a scale for each output channel, activations 7, asymmetric with one scale: in a
    static quantization the layer's input and output, each by the range that calibration showed; in a dynamic one its
    input alone, by the range of that very input.
    """

    def __init__(self, model: Any, calibration: Sequence[Batch] | None) -> None:
        """Take a model in evaluation mode, and see the ranges of its layers on ``calibration``."""
        self._runner = TorchRunner(model)
        names = module_names(model)
        modules = dict(model.named_modules())
        self._computing: dict[str, Any] = {name: modules[name] for name in (*names.linear, *names.convolution)}
        self._embedding: dict[str, Any] = {name: modules[name] for name in names.embedding}
        self._ranges = self._observe(calibration) if calibration else None

    def outputs(self, batch: Batch, simulated: str | None) -> Mapping[str, npt.NDArray[np.float32]]:
        """What the model computes, by name; ``simulated`` is the module that computes as in INT8."""
        if simulated is None:
            return self._runner.outputs(batch)
        with self._rounded(simulated):
            return self._runner.outputs(batch)

    @contextmanager
    def _rounded(self, name: str) -> Iterator[None]:
        import torch
        from torch import nn

        layer = self._embedding.get(name) or self._computing[name]
        weight = layer.weight
        # Transformers' Conv1D, and a transposed convolution, have their channels in columns, all others in rows.
        rows = isinstance(layer, nn.Linear | nn.Embedding | nn.Conv1d | nn.Conv2d | nn.Conv3d)
        # Another parameter, not other data in this one, which may be the weight of a second module as well.
        layer.weight = torch.nn.Parameter(_rounded_weight(weight.data, axis=0 if rows else 1), requires_grad=False)
        handles = [] if name in self._embedding else self._round_activations(name, layer)
        try:
            yield
        finally:
            layer.weight = weight
            for handle in handles:
                handle.remove()

    def _round_activations(self, name: str, layer: Any) -> list[Any]:
        found = None if self._ranges is None else self._ranges.get(name)

        def before(_layer: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
            return (_rounded_activation(inputs[0], found[0] if found else _Range().over(inputs[0])), *inputs[1:])

        def after(_layer: Any, _inputs: Any, output: Any) -> Any:
            return _rounded_activation(output, found[1]) if found else output

        return [layer.register_forward_pre_hook(before), layer.register_forward_hook(after)]

    def _observe(self, calibration: Sequence[Batch]) -> dict[str, tuple[_Range, _Range]]:
        ranges: dict[str, tuple[_Range, _Range]] = {}

        def watch(name: str) -> Any:
            def hook(_layer: Any, inputs: tuple[Any, ...], output: Any) -> None:
                before, after = ranges.get(name, (_Range(), _Range()))
                ranges[name] = before.over(inputs[0]), after.over(output)

            return hook

        handles = [layer.register_forward_hook(watch(name)) for name, layer in self._computing.items()]
        for batch in calibration:
            self._runner.outputs(batch)
        for handle in handles:
            handle.remove()
        return ranges


def _rounded_weight(weight: Any, axis: int) -> Any:
    scale = weight.abs().amax([each for each in range(weight.dim()) if each != axis], keepdim=True) / 127
    scale[scale == 0] = 1
    return (weight / scale).round() * scale


def _rounded_activation(values: Any, found: _Range) -> Any:
    scale = (found.high - found.low) / 127 or 1.0
    zero = round(-found.low / scale)
    return ((values / scale).round().add(zero).clamp(0, 127) - zero) * scale
