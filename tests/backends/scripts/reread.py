"""Reads an INT8 artifact by other means than cardgen's: ``reread.py ARTIFACT``.

For PyTorch the keys of the saved state; for ONNX the operators of the graph that ONNX Runtime itself makes of the saved
one when it loads it, where a layer that runs on integers is an integer kernel and every other one is not.
"""

import collections
import json
import sys
from pathlib import Path

artifact = Path(sys.argv[1])
if (artifact / "pytorch_model.bin").is_file():
    import torch

    state = torch.load(artifact / "pytorch_model.bin", weights_only=False)
    packed = [key for key in state if key.endswith(("_packed_params._packed_params", "._packed_weight"))]
    floats = [key for key, value in state.items() if key.endswith(".weight") and value.dim() == 2]
    found: dict[str, object] = {"packed": packed, "float": floats}
else:
    import onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = "optimized.onnx"
    onnxruntime.InferenceSession(artifact / "model_quantized.onnx", options, providers=["CPUExecutionProvider"])
    graph = onnx.load("optimized.onnx").graph
    saved = onnx.load(artifact / "model_quantized.onnx").graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    found = {
        "kernels": collections.Counter(node.op_type for node in graph.node),
        # Of the FP32 products, those with a stored weight: the others multiply two activations.
        "fp32_products": [
            node.name
            for node in graph.node
            if node.op_type in ("MatMul", "Gemm", "FusedMatMul", "FusedGemm") and node.input[1] in stored
        ],
        "integer_lookups": sum(
            node.op_type == "Gather"
            and node.input[0] in stored
            and stored[node.input[0]].data_type in (onnx.TensorProto.INT8, onnx.TensorProto.UINT8)
            for node in graph.node
        ),
        "scales": {tensor.name: list(tensor.dims) for tensor in saved.initializer if tensor.name.endswith("_scale")},
    }
print(json.dumps(found))
