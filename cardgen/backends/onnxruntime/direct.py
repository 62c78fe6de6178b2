"""Has the nodes of an export take the stored weights themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def take_weights_directly(file: Path) -> None:
    """Take out the ``Identity`` nodes that hand on a stored tensor, which change nothing but its name.

    PyTorch's exporter stores equal tensors once, and puts such a node before every further use: of the weights that
    ALBERT's layers share, or that DeBERTa uses for words and for positions. ONNX Runtime's quantizer takes for a weight
    only what a node takes from the stored tensors themselves, and would leave all those uses in FP32.

    Args:
        file: an ONNX model; weights that are stored beside it are not touched.
    """
    import onnx

    model = onnx.load(file, load_external_data=False)
    graph = model.graph
    stored = {tensor.name for tensor in graph.initializer}
    given = {output.name for output in graph.output}
    direct: dict[str, str] = {}
    kept = []
    for node in graph.node:
        source = direct.get(node.input[0], node.input[0]) if node.op_type == "Identity" else ""
        if source in stored:
            direct[node.output[0]] = source
        if source not in stored or node.output[0] in given:
            kept.append(node)
    if not direct:
        return
    _rename_inputs(kept, direct)
    del graph.node[:]
    graph.node.extend(kept)
    shapes = [value for value in graph.value_info if value.name not in direct]
    del graph.value_info[:]
    graph.value_info.extend(shapes)
    onnx.save(model, file)


def _rename_inputs(nodes: Iterable[Any], names: Mapping[str, str]) -> None:
    """In the graphs that nodes hold (the branches of an ``If``) too, which see the names of the graph around them."""
    for node in nodes:
        for index, name in enumerate(node.input):
            node.input[index] = names.get(name, name)
        for attribute in node.attribute:
            for inner in (*attribute.graphs, *((attribute.g,) if attribute.HasField("g") else ())):
                _rename_inputs(inner.node, names)
