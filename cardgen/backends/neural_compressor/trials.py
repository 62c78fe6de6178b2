"""Quantizes one export again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.neural_compressor.quantize import quantize_export
from cardgen.backends.neural_compressor.runner import load_artifact
from cardgen.backends.neural_compressor.simulate import Simulation
from cardgen.records.model import QuantizeResult
from cardgen.records.request import QuantizeRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch, Report


class TorchTrials:
    """One export. Neural Compressor places its observers by the fallback, so that it calibrates each candidate anew."""

    def __init__(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, report: Report
    ) -> None:
        """Nothing is done yet."""
        self._request = request
        self._model = model
        self._calibration = calibration
        self._report = report
        self._simulation: Simulation | None = None

    def quantize(self, fallback: Sequence[str], output: Path) -> QuantizeResult:
        """Quantize all but ``fallback`` into ``output``."""
        request = self._request.model_copy(update={"fallback_modules": tuple(fallback)})
        return quantize_export(request, self._model, self._calibration, output, self._report)

    def logits(self, batch: Batch, simulated: str | None) -> npt.NDArray[np.float32]:
        """The FP32 model's logits; ``simulated`` is the module that computes as in INT8."""
        return self.outputs(batch, simulated)["logits"]

    def outputs(self, batch: Batch, simulated: str | None) -> Mapping[str, npt.NDArray[np.float32]]:
        """What the FP32 model computes, by name; ``simulated`` is the module that computes as in INT8."""
        if self._simulation is None:
            model = load_artifact(self._model, self._request.task, self._request.trust_remote_code)
            self._simulation = Simulation(model, self._calibration)
        return self._simulation.outputs(batch, simulated)
