#!/usr/bin/env bash
# ONNX Runtime's quantizer leaves a product in FP32 whose weight comes through Identity.
#
# onnx 1.23.2 and onnxruntime 1.31.1, Python 3.11 and later. PyTorch's exporter stores equal tensors once and puts Identity
# before every further use, so that of a model whose layers share their weights (ALBERT) the first layer alone becomes
# INT8, and the file holds those weights twice. quantize_dynamic looks for a weight among the stored tensors, by the name of
# a node's input. Seen: "1 MatMulInteger, 1 MatMul; weight as float and as int8: True", and 2 MatMulInteger where both nodes
# name the stored tensor. Fails where that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet onnx==1.23.2 onnxruntime==1.31.1
cd "$folder"
cat > quantize.py <<'PYTHON'
import sys
from collections import Counter
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

def quantized(through_identity):
    second = "again" if through_identity else "weight"
    nodes = [helper.make_node("Identity", ["weight"], ["again"])] if through_identity else []
    nodes += [
        helper.make_node("MatMul", ["x", "weight"], ["y"], "first"),
        helper.make_node("MatMul", ["y", second], ["z"], "second"),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 8]) for name in ("x", "z")]
    weight = numpy_helper.from_array(np.random.default_rng(0).normal(size=(8, 8)).astype(np.float32), "weight")
    graph = helper.make_graph(nodes, "shared", ends[:1], ends[1:], [weight])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), "fp32.onnx")
    quantize_dynamic("fp32.onnx", "int8.onnx", weight_type=QuantType.QInt8)
    found = onnx.load("int8.onnx").graph
    kinds = Counter(node.op_type for node in found.node)
    twice = {"weight", "weight_quantized"} <= {tensor.name for tensor in found.initializer}
    print(f"{kinds['MatMulInteger']} MatMulInteger, {kinds['MatMul']} MatMul; weight as float and as int8: {twice}")
    return kinds["MatMulInteger"], kinds["MatMul"], twice

if quantized(True) != (1, 1, True) or quantized(False) != (2, 0, False):
    sys.exit("expected that a weight through Identity stays FP32")
PYTHON
"$folder/venv/bin/python" quantize.py
echo "all as stated"
