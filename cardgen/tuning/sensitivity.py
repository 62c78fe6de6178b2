"""How much each module alone disturbs what a model computes, from a few inputs and no labels."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from cardgen.records.results.tune import Ranking, Sensitivity

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Batch = Mapping[str, npt.NDArray[np.int64]]
    Outputs = Mapping[str, npt.NDArray[np.float32]]

MOST_SAMPLES = 32
_COST = 2
"""A forward pass that simulates INT8 costs less than this many plain ones."""


class Probe(Protocol):
    """An FP32 model in which one module at a time can compute as in INT8."""

    def outputs(self, batch: Batch, simulated: str | None) -> Outputs:
        """Every array that the model computes; ``simulated`` is the module that computes as in INT8."""


def samples_to_rank(modules: int, evaluation_samples: int) -> int:
    """Inputs for a ranking of so many modules that takes no longer than a full evaluation; one at least."""
    return max(1, min(MOST_SAMPLES, evaluation_samples // (_COST * (modules + 1))))


def rank_modules(
    probe: Probe, modules: Sequence[str], batches: Sequence[Batch], report: Callable[[str, int, int | None], None]
) -> Ranking:
    """Rank ``modules`` by the noise that each alone brings into the outputs, the most sensitive first.

    Noise is the reciprocal of the signal-to-quantization-noise ratio: squared differences to the FP32 outputs over
    their squares, summed over the outputs. The numbers of a sample, or of a token, are taken from their mean, since a
    shift of all of them changes no answer.
    """
    import numpy as np

    started = time.monotonic()
    plain = [_centred(probe.outputs(batch, None)) for batch in batches]
    signal = sum(float(np.square(array).sum()) for arrays in plain for array in arrays.values())

    def noise(module: str) -> float | None:
        total = 0.0
        for batch, arrays in zip(batches, plain, strict=True):
            rounded = _centred(probe.outputs(batch, module))
            total += sum(float(np.square(rounded[name] - array).sum()) for name, array in arrays.items())
        ratio = total / signal if signal > 0 else total
        return ratio if np.isfinite(ratio) else None

    found = []
    for index, module in enumerate(modules):
        report("ranking modules", index, len(modules))
        found.append(Sensitivity(module=module, noise=noise(module)))
    report("ranking modules", len(modules), len(modules))
    found.sort(key=lambda entry: (float("-inf") if entry.noise is None else -entry.noise, entry.module))
    return Ranking(
        modules=tuple(found),
        samples=sum(len(next(iter(arrays.values()))) for arrays in plain),
        seconds=round(time.monotonic() - started, 3),
    )


def _centred(outputs: Outputs) -> dict[str, npt.NDArray[np.float64]]:
    import numpy as np

    precise = {name: array.astype(np.float64) for name, array in outputs.items()}
    return {name: array - array.mean(-1, keepdims=True) for name, array in precise.items()}
