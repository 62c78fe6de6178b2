"""What the INT8 model is."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen
from cardgen.records.results.calibration import CalibrationSeen


class QuantizeResult(Frozen):
    """Facts read back from the saved INT8 artifact."""

    kind: Literal["quantize"] = "quantize"
    weight_bytes: int
    int8_modules: tuple[str, ...]
    """Linear layers whose every use is INT8, by PyTorch name."""
    fp32_modules: tuple[str, ...]
    """Linear layers that stayed FP32, or of which a use did, by PyTorch name."""
    int8_embeddings: tuple[str, ...] = ()
    fp32_embeddings: tuple[str, ...] = ()
    int8_convolutions: tuple[str, ...] = ()
    fp32_convolutions: tuple[str, ...] = ()
    saturation: Literal["never", "outside-calibration", "possible"] | None = None
    """Whether the sum of two 8-bit products can exceed 16 bits, by what was saved; or can only where activations are
    outside the ranges that calibration found. x86 processors without VNNI cut it off there (the instruction
    ``vpmaddubsw``). ``None`` where nothing tells."""
    calibration_seen: int | None = None
    """Samples that passed through the model while calibrating."""
    calibration: CalibrationSeen | None = None
    """Which samples these were; ``None`` for dynamic quantization, and in what an earlier version recorded."""
    operators: dict[str, int] = {}
    """Quantized ONNX operators by type, counted in the saved graph."""
