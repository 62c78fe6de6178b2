"""The types of ONNX operators that ONNX Runtime quantizes, described without importing it.

Source: ``onnxruntime.quantization.registry`` at the locked version; a test compares them.
"""

from __future__ import annotations

DYNAMIC_OPERATORS = ("Attention", "Conv", "EmbedLayerNormalization", "Gather", "LSTM", "MatMul", "Transpose")
"""Those that a dynamic quantization can turn into integer arithmetic."""

PER_CHANNEL_OPERATORS = ("Attention", "Conv", "LSTM", "MatMul")
"""Those of them whose weights can have one scale for each output channel."""

STATIC_PER_CHANNEL_OPERATORS = (
    "BatchNormalization",
    "Conv",
    "ConvTranspose",
    "Gemm",
    "InstanceNormalization",
    "LayerNormalization",
    "MatMul",
)
"""Those whose weights a static quantization can give one scale for each output channel."""

PER_CHANNEL_OPSET = 13
"""The first ONNX opset whose QuantizeLinear and DequantizeLinear take a scale for each channel (their ``axis``), as a
static quantization by channel needs."""

STATIC_OPERATORS = (
    "Add",
    "ArgMax",
    "AveragePool",
    "BatchNormalization",
    "Clip",
    "Concat",
    "Conv",
    "ConvTranspose",
    "CumSum",
    "EmbedLayerNormalization",
    "Flatten",
    "Gather",
    "GatherElements",
    "Gemm",
    "GlobalAveragePool",
    "InstanceNormalization",
    "LayerNormalization",
    "LeakyRelu",
    "MatMul",
    "MaxPool",
    "Mul",
    "Pad",
    "Relu",
    "Reshape",
    "Resize",
    "Sigmoid",
    "Slice",
    "Softmax",
    "Split",
    "Squeeze",
    "TopK",
    "Transpose",
    "Unsqueeze",
    "Where",
)
"""Those that a static quantization can turn into integer arithmetic."""

QUANTIZABLE_OPERATORS = tuple(sorted({*DYNAMIC_OPERATORS, *STATIC_OPERATORS}))
