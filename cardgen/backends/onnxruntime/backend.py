"""The ONNX Runtime backend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.onnxruntime.export import TOLERANCE, export_model
from cardgen.backends.onnxruntime.quantize import quantize_export
from cardgen.backends.onnxruntime.runner import OnnxRunner
from cardgen.backends.onnxruntime.trials import OnnxTrials
from cardgen.records.request import ExportRequest, QuantizeRequest
from cardgen.records.results.export import ExportResult
from cardgen.records.results.quantize import QuantizeResult

if TYPE_CHECKING:
    from cardgen.backends.registry import Batch, Report


class OnnxRuntime:
    """Exports to ONNX, quantizes with ONNX Runtime, and runs both on the CPU."""

    tolerance = TOLERANCE

    def export(self, request: ExportRequest, model: Path, output: Path, report: Report) -> ExportResult:
        """Export the base model in float32 to ``model.onnx``."""
        return export_model(request, model, output, report)

    def quantize(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, output: Path, report: Report
    ) -> QuantizeResult:
        """Quantize ``model.onnx`` to ``model_quantized.onnx``, and describe what was saved."""
        return quantize_export(request, model, calibration, output, report)

    def trials(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, report: Report
    ) -> OnnxTrials:
        """Make ready to quantize the export in ``model`` with one fallback after another."""
        return OnnxTrials(request, model, calibration, report)

    def load(self, artifact: Path, task: str, trust_remote_code: bool, threads: int | None = None) -> OnnxRunner:
        """Load the FP32 export or the INT8 artifact."""
        return OnnxRunner(artifact, task, trust_remote_code, threads)
