"""Where each backend's code is, and the shape it has."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cardgen.records.request import ExportRequest, QuantizeRequest
from cardgen.records.results.export import ExportResult
from cardgen.records.results.quantize import QuantizeResult

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Batch = Mapping[str, npt.NDArray[np.int64]]
    """What a tokenizer makes of some samples: name to an array of shape (samples, tokens)."""

Report = Callable[[str, int, int | None], None]
"""Called with (stage, done, total) as a long stage goes on."""

BACKENDS: Mapping[str, str] = {
    "neural-compressor": "cardgen.backends.neural_compressor:NeuralCompressor",
    "onnxruntime": "cardgen.backends.onnxruntime:OnnxRuntime",
}


class Runner(Protocol):
    """A loaded artifact that computes; several threads may call it at once."""

    @property
    def threads(self) -> int:
        """Threads that one operator may use."""

    @property
    def spinning(self) -> bool | None:
        """Whether a thread that waits for work does so busily; ``None`` where the runtime does not tell."""

    @property
    def generation(self) -> Mapping[str, str | int | float | bool]:
        """The settings by which :meth:`generate` differs from transformers' defaults."""

    def outputs(self, batch: Batch) -> Mapping[str, npt.NDArray[np.float32]]:
        """Every array that the model computes for one batch, by transformers' name; zeros where a token is padding.

        What the model does not take of the batch is left out.
        """

    def generate(self, batch: Batch) -> npt.NDArray[np.int64]:
        """Token ids of what the model writes for each sample, of shape (samples, tokens)."""


class Quantized(Protocol):
    """An export that was quantized with one fallback, and is ready to run."""

    @property
    def int8(self) -> Sequence[str]:
        """The modules that are INT8, as the result shows them."""

    @property
    def runner(self) -> Runner:
        """The result."""

    def write(self, output: Path) -> Callable[[], QuantizeResult]:
        """Write the result into the empty folder ``output``, once, and before another is made.

        Returns:
            What makes of these files the artifact that :meth:`Backend.quantize` makes, and describes it. It keeps no
            model in memory.
        """


class Trials(Protocol):
    """One export that is quantized again and again; what its candidates have in common is done once."""

    @property
    def calibration_samples(self) -> int:
        """How many samples a candidate is calibrated on, the first ones that were given."""

    def quantize(self, fallback: Sequence[str], threads: int) -> Quantized:
        """Quantize all modules but ``fallback``, as :meth:`Backend.quantize` does, to run with ``threads``."""

    def outputs(self, batch: Batch, simulated: str | None) -> Mapping[str, npt.NDArray[np.float32]]:
        """The FP32 model's outputs; ``simulated`` is the module, by PyTorch name, that computes as in INT8."""


class Backend(Protocol):
    """Exports a model to its runtime, quantizes it there, reads back what became of it, and runs it.

    Each method raises :class:`cardgen.errors.StepError` for what a user can mend.
    """

    @property
    def tolerance(self) -> float:
        """The most that a number in an output of an export may differ from the base model's in PyTorch."""

    def export(self, request: ExportRequest, model: Path, output: Path, report: Report) -> ExportResult:
        """Save the model in ``model`` in FP32 for this backend's runtime in ``output``, tokenizer included."""

    def quantize(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, output: Path, report: Report
    ) -> QuantizeResult:
        """Quantize the export in ``model`` into ``output``, then load that and describe it."""

    def trials(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, report: Report
    ) -> Trials:
        """Make ready to quantize the export in ``model`` as asked for, with one fallback after another."""

    def load(self, artifact: Path, task: str, trust_remote_code: bool, threads: int | None = None) -> Runner:
        """Load an export or a quantized artifact of this backend, to run with ``threads``, or as many as there are."""


def load_backend(name: str) -> Backend:
    """Import the backend called ``name``; only inside an environment that can run it."""
    module, _, attribute = BACKENDS[name].partition(":")
    backend: Backend = getattr(importlib.import_module(module), attribute)()
    return backend
