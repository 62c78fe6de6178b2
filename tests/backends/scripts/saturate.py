"""Runs quantized models as processors with and without VNNI do: ``saturate.py MODEL DATA ARTIFACT...``.

MODEL holds the tokenizer, DATA the column ``text``. Prints how far the outputs on the two kinds of processor are apart
for each artifact, and what a network made by hand scores on each.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.version_converter
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
from onnxruntime.quantization import QuantType, quantize_dynamic

SAMPLES = 12


class MatMulInteger(OpRun):  # type: ignore[misc]
    """As ONNX Runtime computes it on x86 without VNNI (``vpmaddubsw``).

    Products of two neighbours are added in 16 bits, with saturation; zero points are taken off afterwards.
    """

    op_domain = ""

    def _run(self, a: Any, b: Any, zero: Any = 0, weight_zero: Any = 0) -> tuple[Any]:
        assert not np.any(weight_zero), "weights are symmetric"
        first, second = a.astype(np.int32), b.astype(np.int32)
        if len(second) % 2:
            first = np.concatenate([first, np.zeros_like(first[..., :1])], -1)
            second = np.concatenate([second, np.zeros_like(second[:1])])
        products = first[..., :, None] * second
        pairs = products[..., 0::2, :] + products[..., 1::2, :]
        total = pairs.clip(-(2**15), 2**15 - 1).sum(-2) - np.int32(zero) * second.sum(0)
        return (total.astype(np.int32),)


def both(model: Any, feeds: list[dict[str, Any]]) -> list[Any]:
    """The first output with exact products, and with saturated ones."""
    return [
        np.concatenate([evaluator.run(None, each)[0] for each in feeds])
        for evaluator in (ReferenceEvaluator(model), ReferenceEvaluator(model, new_ops=[MatMulInteger]))
    ]


def by_hand(reduce_range: bool) -> list[float]:
    """The scores of a network whose last weights have one magnitude and stand behind a ReLU."""
    rng = np.random.default_rng(0)
    inputs, hidden, labels, samples = 16, 64, 4, 400
    first = rng.normal(size=(inputs, hidden)).astype(np.float32)
    last = np.where(rng.random((hidden, labels)) < 0.5, -0.1, 0.1).astype(np.float32)
    nodes = [
        helper.make_node("MatMul", ["x", "first"], ["linear"], "first"),
        helper.make_node("Add", ["linear", "bias"], ["shifted"], "bias"),
        helper.make_node("Relu", ["shifted"], ["positive"], "relu"),
        helper.make_node("MatMul", ["positive", "last"], ["logits"], "last"),
    ]
    arrays = {"first": first, "bias": np.full(hidden, 6, np.float32), "last": last}
    graph = helper.make_graph(
        nodes,
        "one-magnitude",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["samples", inputs])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["samples", labels])],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, "one-magnitude.onnx")
    x = rng.normal(size=(samples, inputs)).astype(np.float32)
    exact = ReferenceEvaluator(model).run(None, {"x": x})[0]
    # Answers that the network does not always give, so that its own score is not 1.
    answers = (exact + rng.normal(scale=0.1 * exact.std(), size=exact.shape)).argmax(-1)
    quantize_dynamic(
        "one-magnitude.onnx",
        "one-magnitude-int8.onnx",
        weight_type=QuantType.QInt8,
        reduce_range=reduce_range,
        extra_options={"WeightSymmetric": True},
    )
    found = both(onnx.load("one-magnitude-int8.onnx"), [{"x": x[start : start + 1]} for start in range(samples)])
    return [float((logits.argmax(-1) == answers).mean()) for logits in (exact, *found)]


def apart(artifact: Path) -> float:
    """The largest difference of an output between the two kinds of processor, as a share of the largest output."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
    # The reference implementation has no DequantizeLinear before opset 19.
    model = onnx.version_converter.convert_version(onnx.load(artifact / "model_quantized.onnx"), 19)
    taken = {entry.name for entry in model.graph.input}
    with Path(sys.argv[2]).open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:SAMPLES]
    feeds = [
        {
            name: array
            for name, array in tokenizer([text], truncation=True, return_tensors="np").items()
            if name in taken
        }
        for text in texts
    ]
    exact, saturated = both(model, feeds)
    return float(np.abs(exact - saturated).max() / np.abs(exact).max())


KINDS = {"a": TensorProto.UINT8, "b": TensorProto.INT8, "y": TensorProto.INT32}
a, b, y = (helper.make_tensor_value_info(name, kind, None) for name, kind in KINDS.items())
product = helper.make_model(
    helper.make_graph([helper.make_node("MatMulInteger", ["a", "b"], ["y"])], "product", [a, b], [y]),
    opset_imports=[helper.make_opsetid("", 17)],
)
full = {"a": np.full((1, 64), 255, np.uint8), "b": np.full((64, 1), 127, np.int8)}
print(
    json.dumps(
        {
            "product": [int(each[0, 0]) for each in both(product, [full])],
            "by_hand": {"7 bits": by_hand(True), "8 bits": by_hand(False)},
            "apart": [apart(Path(name)) for name in sys.argv[3:]],
        }
    )
)
