"""Which nodes are the uses of a weight, in a graph made by hand: ``check_uses.py``.

``pair.first`` and ``pair.second`` hold equal weights, which are stored once; ``words`` is an embedding whose weight a
product takes too; ``same`` is used three times, once inside a branch; ``conv`` is a convolution.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from cardgen.backends.modules import ModuleNames
from cardgen.backends.onnxruntime.direct import take_weights_directly
from cardgen.backends.onnxruntime.graph import Graph
from cardgen.backends.onnxruntime.module_nodes import find_modules

rng = np.random.default_rng(0)
square = {name: rng.normal(size=(4, 4)).astype(np.float32) for name in ("pair", "same")}
words, conv = rng.normal(size=(6, 4)).astype(np.float32), rng.normal(size=(1, 1, 3)).astype(np.float32)
stored = {"P": square["pair"], "S": square["same"], "W": words, "C": conv, "to": np.array([4, 4])}


def node(operator: str, inputs: str, output: str, name: str = "", **attributes: object) -> onnx.NodeProto:
    return helper.make_node(operator, inputs.split(), [output], name=name or f"/{output}/{operator}", **attributes)


def branch(*nodes: onnx.NodeProto) -> onnx.GraphProto:
    given = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    return helper.make_graph(list(nodes), nodes[-1].output[0], [], [given])


nodes = [
    node("Identity", "P", "P2"),
    node("Identity", "S", "S2"),
    node("Identity", "S2", "S3"),
    node("Gather", "W ids", "looked", "/words/Gather"),
    node("MatMul", "looked P", "one", "/pair/first/MatMul"),
    node("MatMul", "one P2", "two", "/pair/second/MatMul"),
    node("MatMul", "two S", "three", "/same/MatMul"),
    node("MatMul", "three S2", "four", "/same_1/MatMul"),
    node(
        "If", "flag", "five", "/If",
        then_branch=branch(node("MatMul", "four S3", "inner")),
        else_branch=branch(node("Neg", "four", "other")),
    ),
    node("Transpose", "W", "turned", perm=[1, 0]),
    node("MatMul", "five turned", "logits", "/MatMul"),
    node("Reshape", "P to", "shaped"),
    node("Add", "shaped five", "shifted", "/Add"),
    node("Conv", "pixels C", "convolved", "/conv/Conv"),
]  # fmt: skip
inputs = {"ids": (TensorProto.INT64, [4]), "flag": (TensorProto.BOOL, []), "pixels": (TensorProto.FLOAT, [1, 1, 8])}
outputs = ("logits", "shifted", "convolved", "S2")
graph = helper.make_graph(
    nodes,
    "uses",
    [helper.make_tensor_value_info(name, *what) for name, what in inputs.items()],
    [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
    [numpy_helper.from_array(array, name) for name, array in stored.items()],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
onnx.save(model, "before.onnx")
onnx.save(model, "after.onnx")
take_weights_directly(Path("after.onnx"))


def run(file: str) -> Any:
    feeds = {"ids": np.array([0, 1, 5, 2]), "flag": np.array(True), "pixels": np.ones((1, 1, 8), np.float32)}
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"]).run(list(outputs), feeds)


after = Graph.read(Path("after.onnx"))
names = ModuleNames(("pair.first", "pair.second", "same"), ("words",), ("conv",))
weights = {"pair.first": square["pair"], "pair.second": square["pair"], "same": square["same"], "words": words}
found = find_modules({"after.onnx": after}, {}, names, {**weights, "conv": conv})
print(
    json.dumps(
        {
            "same": all(np.array_equal(*pair) for pair in zip(run("before.onnx"), run("after.onnx"), strict=True)),
            "identities": [each.output[0] for each in after.nodes if each.op_type == "Identity"],
            "uses": {module: sorted(name for _file, name in found.of(module)) for module in names.all},
        }
    )
)
