"""ONNX, as PyTorch exports it and ONNX Runtime quantizes it: ``python onnx_runtime.py FOLDER``.

torch 2.13.0, transformers 4.57.6, onnx 1.23.2, onnxruntime 1.31.1, onnx_ir.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from transformers import BertConfig, BertForSequenceClassification

NAMES = ("input_ids", "attention_mask")

folder = Path(sys.argv[1])
whole = folder / "float.onnx"


class Rows(CalibrationDataReader):  # type: ignore[misc]
    """Four short texts."""

    def __init__(self) -> None:
        self._rows = iter(range(1, 5))

    def get_next(self) -> dict[str, Any] | None:
        word = next(self._rows, None)
        if word is None:
            return None
        return {"input_ids": np.full((1, 8), word, dtype=np.int64), "attention_mask": np.ones((1, 8), dtype=np.int64)}


torch.manual_seed(0)
config = BertConfig(
    vocab_size=96,
    hidden_size=64,
    intermediate_size=128,
    num_hidden_layers=1,
    num_attention_heads=2,
    max_position_embeddings=32,
)
model = BertForSequenceClassification(config).eval()
words = torch.ones(1, 8, dtype=torch.long)
axes = {name: {0: "batch", 1: "length"} for name in NAMES} | {"logits": {0: "batch"}}
torch.onnx.export(
    model,
    (words, words),
    str(whole),
    input_names=list(NAMES),
    output_names=["logits"],
    dynamic_axes=axes,
    opset_version=17,
    dynamo=False,
)
quantize_dynamic(whole, folder / "dynamic.onnx", weight_type=QuantType.QInt8)
quantize_dynamic(whole, folder / "dynamic-channel.onnx", weight_type=QuantType.QInt8, per_channel=True)
static: dict[str, Any] = {"activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8}
quantize_static(
    whole,
    folder / "static-qdq.onnx",
    Rows(),
    quant_format=QuantFormat.QDQ,
    per_channel=True,
    op_types_to_quantize=["MatMul", "Add", "Gather"],
    **static,
)
quantize_static(
    whole,
    folder / "static-qop.onnx",
    Rows(),
    quant_format=QuantFormat.QOperator,
    op_types_to_quantize=["MatMul"],
    **static,
)
for bits in (4, 8):
    quantizer = MatMulNBitsQuantizer(onnx.load(whole), bits=bits, block_size=32, is_symmetric=bits == 4)
    quantizer.process()
    quantizer.model.save_model_to_file(str(folder / f"nbits{bits}.onnx"), use_external_data_format=bits == 8)
