"""Which tensors of a graph are weights, of which module, and how each is stored and multiplied.

The operators are those of https://onnx.ai/onnx/operators and of com.microsoft
(https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md), as ONNX Runtime 1.31 writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cardgen.patterns import regex
from cardgen.records.inspection import Activations, Storage
from cardgen.weights.inspect.onnx.graph import Listed, Node, Tensor

WEIGHT: Final[Mapping[str, int]] = {
    "MatMul": 1, "Gemm": 1, "Conv": 1, "ConvTranspose": 1, "Gather": 0, "MatMulInteger": 1, "ConvInteger": 1,
    "DynamicQuantizeMatMul": 1, "MatMulIntegerToFloat": 1, "QLinearMatMul": 3, "QLinearConv": 3, "QGemm": 3,
    "MatMulNBits": 1, "GatherBlockQuantized": 0, "FusedMatMul": 1, "FusedConv": 1, "FusedGemm": 1,
}  # fmt: skip
"""Operators that weights go into, and at which input."""
_ZERO_POINT: Final[Mapping[str, int]] = {
    "MatMulInteger": 3, "ConvInteger": 3, "QLinearMatMul": 5, "QLinearConv": 5, "QGemm": 5, "DynamicQuantizeMatMul": 3,
    "MatMulIntegerToFloat": 5,
}  # fmt: skip
_DYNAMIC: Final = frozenset({"MatMulInteger", "ConvInteger", "DynamicQuantizeMatMul", "MatMulIntegerToFloat"})
_STATIC: Final = frozenset({"QLinearMatMul", "QLinearConv", "QGemm"})
_SAME: Final = frozenset({"Identity", "Transpose", "Reshape", "Cast", "Squeeze", "Unsqueeze"})
"""Through which a weight is still that weight."""
_FLOATS: Final = frozenset({"F64", "F32", "F16", "BF16"})
_OPERATION: Final = regex(r"(.+)/(?:MatMul|Gemm|Conv|Gather)\w*")
_TAIL: Final = regex(r"[._](?:quantized|weight_quantized|weight|Q\d|weight_Q\d)$")


@dataclass(frozen=True)
class Use:
    """A weight where it is used."""

    name: str
    """Of the module: of the node, as PyTorch's exporter calls it, or of the tensor."""
    operator: str
    weight: Tensor
    shape: tuple[int, ...]
    """Unpacked."""
    storage: Storage
    activations: Activations | None
    beside: tuple[str, ...]
    """Names of its scales and zero points."""


def uses(listed: Listed) -> Iterator[Use]:
    """Every weight at every node that it goes into."""
    made = {output: node for node in listed.nodes for output in node.outputs}
    for node in listed.nodes:
        place = WEIGHT.get(node.operator)
        if place is None or len(node.inputs) <= place:
            continue
        found = _origin(node.inputs[place], listed, made)
        if found is None:
            continue
        weight, dequantized = found
        if len(weight.shape) < 2:
            continue
        yield _use(node, weight, dequantized, listed, made)


def _origin(name: str, listed: Listed, made: Mapping[str, Node]) -> tuple[Tensor, Node | None] | None:
    """The tensor that a node's input comes from, and the node that dequantizes it, where one does."""
    dequantized = None
    for _ in range(8):
        if name in listed.tensors:
            return listed.tensors[name], dequantized
        node = made.get(name)
        if node is None or not node.inputs:
            return None
        if node.operator == "DequantizeLinear":
            dequantized = node
        elif node.operator not in _SAME:
            return None
        name = node.inputs[0]
    return None


def _use(node: Node, weight: Tensor, dequantized: Node | None, listed: Listed, made: Mapping[str, Node]) -> Use:
    name = _name(node, weight)
    if node.operator in ("MatMulNBits", "GatherBlockQuantized"):
        return _blocks(name, node, weight, listed)
    if dequantized is not None:
        scale = listed.tensors.get(dequantized.inputs[1]) if len(dequantized.inputs) > 1 else None
        static = node.operator != "Gather" and _is_quantized(node.inputs[0], made)
        activations = Activations(when="static", type="INT8", bits=8, per="tensor") if static else None
        storage = _stored(weight, scale, dequantized.integers.get("block_size"))
        return Use(name, node.operator, weight, weight.shape, storage, activations, tuple(dequantized.inputs[1:]))
    if weight.type in _FLOATS:
        storage = Storage(type=weight.type, bits=weight.bits, quantized=False)
        return Use(name, node.operator, weight, weight.shape, storage, None, ())
    point = _ZERO_POINT.get(node.operator)
    zero = listed.tensors.get(node.inputs[point]) if point is not None and len(node.inputs) > point else None
    # What is looked up is dequantized behind, and so are products: by names that ONNX Runtime's quantizer gives.
    prefix = weight.name.removesuffix("_quantized")
    beside = f"{prefix}_scale", f"{prefix}_zero_point"
    zero = zero or listed.tensors.get(beside[1])
    when = "dynamic" if node.operator in _DYNAMIC else "static" if node.operator in _STATIC else None
    activations = Activations(when=when, type="INT8", bits=8, per="tensor") if when else None
    return Use(name, node.operator, weight, weight.shape, _stored(weight, zero, None), activations, beside)


def _blocks(name: str, node: Node, weight: Tensor, listed: Listed) -> Use:
    """Weights by block along the inputs, of any width, packed into bytes."""
    bits, block = node.integers.get("bits", 4), node.integers.get("block_size", 128)
    outputs, inputs = node.integers.get("N"), node.integers.get("K")
    shape = (outputs, inputs) if outputs and inputs else (*weight.shape[:-1], weight.shape[-1] * 8 // max(bits, 1))
    zero = node.inputs[3] if len(node.inputs) > 3 else ""
    storage = Storage(
        type=f"INT{bits}",
        bits=bits,
        quantized=True,
        per="group",
        group_size=block,
        symmetric=zero not in listed.tensors,
    )
    return Use(name, node.operator, weight, shape, storage, None, tuple(node.inputs[2:]))


def _stored(weight: Tensor, scale: Tensor | None, block: int | None) -> Storage:
    """By what is known of its scale, or of its zero point, which is of the same shape."""
    storage = Storage(type=weight.type.removeprefix("U"), bits=weight.bits, quantized=True)
    if block and scale is not None and len(scale.shape) == len(weight.shape):
        return storage.model_copy(update={"per": "group", "group_size": block})
    if scale is None:
        return storage
    return storage.model_copy(update={"per": "tensor" if scale.count == 1 else "channel"})


def _is_quantized(name: str, made: Mapping[str, Node]) -> bool:
    for _ in range(8):
        node = made.get(name)
        if node is None or not node.inputs:
            return False
        if node.operator == "DequantizeLinear":
            return True
        if node.operator not in _SAME:
            return False
        name = node.inputs[0]
    return False


def _name(node: Node, weight: Tensor) -> str:
    match = _OPERATION.fullmatch(node.name)
    if match:
        return match[1].strip("/").replace("/", ".")
    name: str = _TAIL.sub("", weight.name.removesuffix("_quantized"))
    return name or node.name
