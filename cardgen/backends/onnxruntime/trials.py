"""Quantizes one export again and again, calibrated once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.onnxruntime.graph import ModuleNodes
from cardgen.backends.onnxruntime.quantize import find_ranges, quantize_calibrated
from cardgen.backends.onnxruntime.runner import FP32_FILE
from cardgen.backends.onnxruntime.simulate import Simulation
from cardgen.records.model import QuantizeResult
from cardgen.records.request import QuantizeRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch, Report


class OnnxTrials:
    """One export, and the ranges of its activations."""

    def __init__(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, report: Report
    ) -> None:
        """Calibrate, where the request is static."""
        self._request = request
        self._model = model
        self._report = report
        self._ranges = find_ranges(request, model, calibration, report)
        self._simulation: Simulation | None = None

    def quantize(self, fallback: Sequence[str], output: Path) -> QuantizeResult:
        """Quantize all but ``fallback`` into ``output``."""
        request = self._request.model_copy(update={"fallback_modules": tuple(fallback)})
        return quantize_calibrated(request, self._model, self._ranges, output, self._report)

    def outputs(self, batch: Batch, simulated: str | None) -> Mapping[str, npt.NDArray[np.float32]]:
        """The FP32 model's outputs; ``simulated`` is the module that computes as in INT8."""
        if self._simulation is None:
            self._simulation = Simulation(
                self._model / FP32_FILE,
                ModuleNodes.read(self._model),
                self._ranges,
                Path.cwd(),
                per_channel=self._request.options.per_channel or False,
            )
        return self._simulation.outputs(batch, simulated)
