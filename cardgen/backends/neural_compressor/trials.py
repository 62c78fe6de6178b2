"""Quantizes one export again and again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.checkpoint import module_names
from cardgen.backends.modules import ModuleNames, check_artifact
from cardgen.backends.neural_compressor.calibrate import Calibration
from cardgen.backends.neural_compressor.lookups import tables_taken_whole
from cardgen.backends.neural_compressor.quantize import (
    Fitted,
    complete_artifact,
    fit_model,
    load_export,
    read_precisions,
    write_files,
)
from cardgen.backends.neural_compressor.simulate import Simulation
from cardgen.backends.torch_runner import TorchRunner
from cardgen.records.request import QuantizeRequest
from cardgen.records.results.quantize import QuantizeResult

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
        self._model = model
        self._report = report
        self._fp32 = load_export(request, model)
        self._names = module_names(self._fp32)
        self._whole = tables_taken_whole(self._fp32, request, model)
        self._batches = calibration
        self._calibration = Calibration(self._fp32, calibration or (), report)
        self._simulation: Simulation | None = None

    @property
    def calibration_samples(self) -> int:
        """How many samples pass through each candidate, or passed through one that is observed in the same places."""
        return self._calibration.samples

    def quantize(self, fallback: Sequence[str], threads: int) -> QuantizedTorch:
        """Quantize all but ``fallback``.

        What is returned was neither saved nor loaded, which takes as long as to quantize, and changes nothing.
        """
        from torch.ao.quantization.fx.utils import assert_and_get_unique_device

        assert_and_get_unique_device.cache_clear()  # its cache keeps every model that was quantized before
        request = self._request.model_copy(update={"fallback_modules": tuple(fallback)})
        fp32 = copy.deepcopy(self._fp32)
        fitted = fit_model(fp32, request, self._calibration, self._whole, self._report)
        int8, _fp32 = read_precisions(fitted.module, self._names)
        check_artifact(request.fallback_modules, int8.all, empty=not int8.all)
        complete = partial(complete_artifact, request, self._model, self._names, self._calibration.seen)
        return QuantizedTorch(int8, fitted, fp32.config, complete, threads)

    def outputs(self, batch: Batch, simulated: str | None) -> Mapping[str, npt.NDArray[np.float32]]:
        """What the FP32 model computes, by name; ``simulated`` is the module that computes as in INT8."""
        if self._simulation is None:
            self._simulation = Simulation(self._fp32, self._batches)
        return self._simulation.outputs(batch, simulated)


class QuantizedTorch:
    """The export, quantized with one fallback."""

    def __init__(
        self,
        int8: ModuleNames,
        fitted: Fitted,
        config: Any,
        complete: Callable[[Path], QuantizeResult],
        threads: int,
    ) -> None:
        """Take what was quantized, its INT8 modules and its configuration, and what makes an artifact of its files."""
        self.int8 = int8.all
        self.runner = TorchRunner(fitted.module, threads)
        self._fitted = fitted
        self._config = config
        self._complete = complete

    def write(self, output: Path) -> Callable[[], QuantizeResult]:
        """Write the model into ``output``; what is returned makes an artifact of it, and describes it."""
        write_files(self._fitted, self._config, output)
        return partial(self._complete, output)
