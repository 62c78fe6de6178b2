"""Reads an ONNX graph: which weights its nodes take, and which of them run on 8-bit integers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_WEIGHT_INPUT = {"MatMul": 1, "Gemm": 1, "Gather": 0, "Conv": 1, "ConvTranspose": 1}
"""Operator of an FP32 graph to the index of the input that holds a weight."""
_PASS = ("Transpose", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Cast", "DequantizeLinear")
"""Operators between a stored weight and the node that uses it."""
_ASIDE = ("Shape", "Size")
"""Operators that compute nothing with what a weight holds."""
_QUANTIZERS = ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear")
_ALL_INPUTS = ("MatMul", "Gemm", "Add", "Sub", "Mul", "Div", "Conv", "ConvTranspose", "Concat")
"""Operators that compute on all their inputs; of the others only the first input is data."""
_RENAMED = ("", "_quant", "_MatMul", "_MatMul_quant")
"""What ONNX Runtime's quantizer appends to the name of a node that it replaces (``_MatMul``: a Gemm without bias)."""


@dataclass(frozen=True)
class Graph:
    """The main graph of an ONNX model, indexed."""

    nodes: Sequence[Any]
    """``onnx.NodeProto`` in topological order."""
    initializers: Mapping[str, Any]
    """Name to ``onnx.TensorProto``: initializers, and the values of Constant nodes."""
    opset: int
    producers: Mapping[str, Any] = field(default_factory=dict)
    """Name of a tensor to the node that makes it."""
    by_name: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Graph:
        """Read the model in ``file``, external data included."""
        import onnx

        model = onnx.load(file)
        initializers = {tensor.name: tensor for tensor in model.graph.initializer}
        for node in model.graph.node:
            if node.op_type == "Constant":
                initializers.update((node.output[0], attr.t) for attr in node.attribute if attr.name == "value")
        return cls(
            nodes=tuple(model.graph.node),
            initializers=initializers,
            opset=next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")),
            producers={output: node for node in model.graph.node for output in node.output},
            by_name={node.name: node for node in model.graph.node if node.name},
        )

    def weight(self, node: Any) -> Any | None:
        """The stored tensor (``onnx.TensorProto``) that ``node`` of an FP32 graph takes as its weight, or ``None``."""
        index = _WEIGHT_INPUT.get(node.op_type)
        return None if index is None or index >= len(node.input) else self.stored(node.input[index])

    def users(self) -> Mapping[str, tuple[str, ...]]:
        """Name of each stored tensor to the names of the nodes that compute with it, wherever they take it."""
        found: dict[str, tuple[str, ...]] = {}
        for node in self.nodes:
            if node.op_type in (*_PASS, *_ASIDE):
                continue
            for name in dict.fromkeys(_taken(node)):
                if (stored := self.stored(name)) is not None:
                    found[stored.name] = (*found.get(stored.name, ()), node.name)
        return found

    def runs_on_integers(self, node: Any) -> bool:
        """Whether ``node`` computes on 8-bit integers, or ONNX Runtime fuses it so (all its data is dequantized).

        The latter are the groups of https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html.
        """
        if node.op_type in _QUANTIZERS:
            return False
        if any(self._is_integer(name) for name in node.input):
            return True
        data = node.input if node.op_type in _ALL_INPUTS else node.input[:1]
        return bool(data) and all(self._is_dequantized(name) for name in data)

    def renamed(self, name: str) -> Any | None:
        """The node that was called ``name`` before quantization."""
        found = (self.by_name.get(name + suffix) for suffix in reversed(_RENAMED))
        return next((node for node in found if node is not None and node.op_type not in _QUANTIZERS), None)

    def stored(self, name: str) -> Any | None:
        """The stored tensor that what is called ``name`` holds, in another form perhaps; or ``None``."""
        while name not in self.initializers:
            producer = self.producers.get(name)
            if producer is None or producer.op_type not in _PASS:
                return None
            name = producer.input[0]
        return self.initializers[name]

    def _is_dequantized(self, name: str) -> bool:
        producer = self.producers.get(name)
        return producer is not None and producer.op_type == "DequantizeLinear"

    def _is_integer(self, name: str) -> bool:
        import onnx

        stored = self.initializers.get(name)
        if stored is not None:
            return bool(stored.data_type in (onnx.TensorProto.INT8, onnx.TensorProto.UINT8))
        producer = self.producers.get(name)
        if producer is None:
            return False
        if producer.op_type in ("QuantizeLinear", "DynamicQuantizeLinear"):
            return bool(name == producer.output[0])
        if producer.op_type.startswith(("QLinear", "QGemm")):
            return True
        # Operators that only move data keep its type.
        return producer.op_type in ("Gather", "Transpose", "Reshape") and self._is_integer(producer.input[0])


def _taken(node: Any) -> Iterator[str]:
    """What a node takes, and what the nodes of its branches do, which see the names of the graph around them."""
    yield from node.input
    for attribute in node.attribute:
        for inner in (*attribute.graphs, *((attribute.g,) if attribute.HasField("g") else ())):
            for each in inner.node:
                yield from _taken(each)
