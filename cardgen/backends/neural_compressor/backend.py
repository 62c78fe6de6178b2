"""The Neural Compressor backend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.artifact import clean_configs, copy_code, copy_pooling, weight_bytes
from cardgen.backends.checkpoint import load_checkpoint
from cardgen.backends.generation import apply_generation
from cardgen.backends.neural_compressor.quantize import quantize_export
from cardgen.backends.neural_compressor.runner import load_artifact
from cardgen.backends.neural_compressor.trials import TorchTrials
from cardgen.backends.torch_runner import TorchRunner
from cardgen.errors import StepError
from cardgen.records.request import ExportRequest, QuantizeRequest
from cardgen.records.results.export import ExportResult
from cardgen.records.results.quantize import QuantizeResult

if TYPE_CHECKING:
    from cardgen.backends.registry import Batch, Report


class NeuralCompressor:
    """Quantizes PyTorch models with ``neural_compressor.quantization.fit`` and loads them through optimum-intel."""

    tolerance = 1e-5  # its export is the same weights in the same library

    def export(self, request: ExportRequest, model: Path, output: Path, report: Report) -> ExportResult:
        """Save the base model in float32 safetensors."""
        if request.opset is not None:
            raise StepError("`options.opset` is for ONNX.", remedy="Take it out of the variant.")
        report("exporting", 0, None)
        base = load_checkpoint(model, request.task, request.trust_remote_code)
        if request.generation is not None:
            apply_generation(base.model, base.tokenizer, request.generation)
        base.model.save_pretrained(output, safe_serialization=True)
        base.tokenizer.save_pretrained(output)
        copy_pooling(model, output)
        if request.trust_remote_code:
            copy_code(model, output)
        clean_configs(output, base_id=request.model.id, places=(model, output, Path.cwd(), Path.home()))
        return ExportResult(
            weight_bytes=weight_bytes(output),
            parameters=base.parameters,
            linear_modules=base.modules.linear,
            embedding_modules=base.modules.embedding,
            convolution_modules=base.modules.convolution,
            labels=base.labels,
            pad_token_id=base.padding,
            translated=base.written,
        )

    def quantize(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, output: Path, report: Report
    ) -> QuantizeResult:
        """Quantize the export in ``model``, save it as optimum-intel does, and describe what was saved."""
        return quantize_export(request, model, calibration, output, report)

    def trials(
        self, request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, report: Report
    ) -> TorchTrials:
        """Make ready to quantize the export in ``model`` with one fallback after another."""
        return TorchTrials(request, model, calibration, report)

    def load(self, artifact: Path, task: str, trust_remote_code: bool, threads: int | None = None) -> TorchRunner:
        """Load the FP32 export or the INT8 artifact."""
        return TorchRunner(load_artifact(artifact, task, trust_remote_code), threads)
