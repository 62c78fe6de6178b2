"""Quantizes one export again and again, calibrated once."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.onnxruntime.quantize import find_ranges, quantize_calibrated
from cardgen.backends.onnxruntime.runner import OnnxRunner
from cardgen.backends.onnxruntime.simulate import Simulation
from cardgen.catalog.onnx_files import onnx_files
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

    def quantize(self, fallback: Sequence[str], threads: int) -> tuple[Sequence[str], OnnxRunner]:
        """Quantize all but ``fallback``, in a folder that is gone once the sessions are made."""
        request = self._request.model_copy(update={"fallback_modules": tuple(fallback)})
        with tempfile.TemporaryDirectory(prefix="candidate-", dir=Path.cwd(), ignore_cleanup_errors=True) as folder:
            made = quantize_calibrated(request, self._model, self._ranges, Path(folder), self._report)
            runner = OnnxRunner(Path(folder), request.task, request.trust_remote_code, threads)
        return made.int8_modules + made.int8_embeddings, runner

    def outputs(self, batch: Batch, simulated: str | None) -> Mapping[str, npt.NDArray[np.float32]]:
        """Every array that the FP32 model computes; ``simulated`` is the module that computes as in INT8.

        Args:
            batch: of an encoder-decoder model with ``decoder_input_ids``, for one pass.
            simulated: its PyTorch name, or ``None``.
        """
        if self._simulation is None:
            files = dict(onnx_files(self._request.task, quantized=False))
            files.pop("decoder_with_past_file_name", None)
            scratch = Path.cwd() / "switched"
            scratch.mkdir()
            self._simulation = Simulation(
                self._model, files, self._ranges, scratch, per_channel=self._request.options.per_channel or False
            )
        return self._simulation.outputs(batch, simulated)
