"""Quantizes one export again and again, calibrated once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.onnxruntime.quantize import find_ranges, quantize_calibrated
from cardgen.backends.onnxruntime.runner import OnnxRunner
from cardgen.backends.onnxruntime.simulate import Simulation
from cardgen.catalog.onnx_files import onnx_files
from cardgen.records.request import QuantizeRequest
from cardgen.records.results.quantize import QuantizeResult

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
        self._folder = Path.cwd() / "candidate"

    @property
    def calibration_samples(self) -> int:
        """How many samples passed through the FP32 model; none for dynamic quantization."""
        return self._ranges.seen or 0

    def quantize(self, fallback: Sequence[str], threads: int) -> QuantizedOnnx:
        """Quantize all but ``fallback``, in a folder that is gone when another candidate is made."""
        request = self._request.model_copy(update={"fallback_modules": tuple(fallback)})
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        made = quantize_calibrated(request, self._model, self._ranges, self._folder, self._report)
        runner = OnnxRunner(self._folder, request.task, request.trust_remote_code, threads)
        return QuantizedOnnx(made, runner, self._folder)

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
            self._simulation = Simulation(self._model, files, self._ranges, scratch, self._request.options)
        return self._simulation.outputs(batch, simulated)


class QuantizedOnnx:
    """The export, quantized with one fallback."""

    def __init__(self, made: QuantizeResult, runner: OnnxRunner, folder: Path) -> None:
        """Take the artifact in ``folder``, what it is, and what runs it."""
        self.int8 = made.int8_modules + made.int8_embeddings + made.int8_convolutions
        self.runner = runner
        self._made = made
        self._folder = folder

    def write(self, output: Path) -> Callable[[], QuantizeResult]:
        """Move the artifact to ``output``; what is returned describes it."""
        for path in self._folder.iterdir():
            shutil.move(path, output / path.name)
        made = self._made
        return lambda: made
