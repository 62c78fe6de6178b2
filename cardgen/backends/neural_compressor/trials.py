"""Quantizes one export again and again."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.neural_compressor.calibrate import Calibration
from cardgen.backends.neural_compressor.quantize import load_export, quantize_model
from cardgen.backends.neural_compressor.simulate import Simulation
from cardgen.backends.torch_runner import TorchRunner
from cardgen.records.model import QuantizeResult
from cardgen.records.request import QuantizeRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch, Report


class TorchTrials:
    """One export, which is loaded once and calibrated once."""

    def __init__(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, report: Report
    ) -> None:
        """Load the export.

        Raises:
            StepError: for a request that Neural Compressor cannot do.
        """
        self._request = request
        self._report = report
        self._fp32 = load_export(request, model)
        self._batches = calibration
        self._calibration = Calibration(self._fp32, calibration or (), report)
        self._simulation: Simulation | None = None

    def quantize(self, fallback: Sequence[str], output: Path, threads: int) -> tuple[QuantizeResult, TorchRunner]:
        """Quantize all but ``fallback`` into ``output``, but for the tokenizer, which every candidate has in common.

        What is returned was loaded from there: once, since that takes as long as to quantize.
        """
        request = self._request.model_copy(update={"fallback_modules": tuple(fallback)})
        model = copy.deepcopy(self._fp32)
        result, saved = quantize_model(model, request, self._calibration, output, self._report)
        return result, TorchRunner(saved, threads)

    def outputs(self, batch: Batch, simulated: str | None) -> Mapping[str, npt.NDArray[np.float32]]:
        """What the FP32 model computes, by name; ``simulated`` is the module that computes as in INT8."""
        if self._simulation is None:
            self._simulation = Simulation(self._fp32, self._batches)
        return self._simulation.outputs(batch, simulated)
