"""Whether the integer products of a quantized graph can exceed 16 bits in between."""

from __future__ import annotations

from typing import Any

from cardgen.backends.onnxruntime.graph import Graph

_MOST = (2**15 - 1) // 255
"""The largest sum of two weights that no two activations, up to 255, bring out of 16 bits."""


def may_saturate(graph: Graph, node: Any) -> bool:
    """Whether two products of ``node``, of unsigned activations with signed weights, can exceed 16 bits in their sum.

    x86 processors without VNNI multiply so by ``vpmaddubsw``, which cuts that sum off (Intel 64 and IA-32 Architectures
    Software Developer's Manual, volume 2). Which two products stand side by side is the kernel's choice, so that the
    two largest weights of one sign count.
    """
    import numpy as np
    from onnx import TensorProto, numpy_helper

    if node.op_type == "Gather":
        return False
    for name in node.input:
        stored = graph.stored(name)
        if stored is None or stored.data_type != TensorProto.INT8 or len(stored.dims) < 2:
            continue
        weight = numpy_helper.to_array(stored)
        if max(int(weight.max()), -int(weight.min())) <= _MOST // 2:
            continue
        # Outputs are the columns of a product's weight, and the rows of a convolution's, or of one that is transposed.
        rows = node.op_type.startswith("Conv") or any(each.name == "transB" and each.i for each in node.attribute)
        flat = weight.reshape(len(weight), -1) if rows else weight.reshape(-1, weight.shape[-1]).T
        if flat.shape[1] < 2:
            continue
        highest = np.partition(flat, -2, axis=1)[:, -2:].astype(np.int32).clip(0).sum(1)
        lowest = np.partition(flat, 1, axis=1)[:, :2].astype(np.int32).clip(None, 0).sum(1)
        if highest.max() > _MOST or -lowest.min() > _MOST:
            return True
    return False
