"""Reads back from a quantized ONNX artifact what became of each module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cardgen.backends.artifact import weight_bytes
from cardgen.backends.onnxruntime.graph import Graph
from cardgen.backends.onnxruntime.module_nodes import ModuleNodes
from cardgen.backends.onnxruntime.saturation import may_saturate
from cardgen.catalog.onnx_files import int8_file
from cardgen.errors import StepError
from cardgen.records.request import QuantizeRequest
from cardgen.records.results.quantize import QuantizeResult


@dataclass
class _Saved:
    """What a saved artifact shows."""

    quantized: set[tuple[str, str]] = field(default_factory=set)
    """FP32 file and name of each node that computes in INT8, by its name there."""
    operators: Counter[str] = field(default_factory=Counter)
    may_saturate: bool = False


def read_facts(
    output: Path, modules: ModuleNodes, request: QuantizeRequest, operators: Collection[str], seen: int | None
) -> QuantizeResult:
    """What the artifact in ``output`` shows.

    Args:
        output: where it was saved.
        modules: of the export that it was made from.
        request: what was asked for.
        operators: those that were to be quantized.
        seen: samples that the calibration saw; ``None`` where there was none.

    Raises:
        StepError: if it is not what was asked for.
    """
    saved = _read_saved(output, modules, request, operators)
    names = {name for _file, name in saved.quantized}
    if saved.may_saturate and request.options.reduce_range:
        raise StepError(
            "The saved graph has weights of 8 bits, although `options.reduce_range` asks for 7.",
            remedy="Leave `reduce_range` out, or quantize operators whose weights can have 7 bits.",
        )
    still = [name for name in request.options.exclude_nodes if name in names]
    if still:
        raise StepError(f"The saved graph shows the node `{still[0]}` quantized, although it is in `exclude_nodes`.")

    def those(kind: Sequence[str], *, int8: bool) -> tuple[str, ...]:
        return tuple(
            module
            for module in kind
            if int8 == (bool(nodes := modules.of(module)) and saved.quantized.issuperset(nodes))
        )

    return QuantizeResult(
        weight_bytes=weight_bytes(output),
        int8_modules=those(modules.names.linear, int8=True),
        fp32_modules=those(modules.names.linear, int8=False),
        int8_embeddings=those(modules.names.embedding, int8=True),
        fp32_embeddings=those(modules.names.embedding, int8=False),
        int8_convolutions=those(modules.names.convolution, int8=True),
        fp32_convolutions=those(modules.names.convolution, int8=False),
        saturation="possible" if saved.may_saturate else "never",
        calibration_seen=seen,
        operators=dict(sorted(saved.operators.items())),
    )


def _read_saved(output: Path, modules: ModuleNodes, request: QuantizeRequest, operators: Collection[str]) -> _Saved:
    asked = {node for module in modules.names.all for node in modules.of(module)}
    saved = _Saved()
    for file in modules.graphs:
        graph = Graph.read(output / int8_file(file))
        # A node may find its input quantized for another's sake; it counts where its operator was asked for. What
        # MatMul becomes has MatMul in its name, and so for the others: MatMulInteger, QLinearAdd, QGemm.
        nodes = [
            node
            for node in graph.nodes
            if graph.runs_on_integers(node) and any(operator in node.op_type for operator in operators)
        ]
        names = {node.name for node in nodes}
        saved.operators.update(node.op_type for node in nodes)
        saved.may_saturate |= any(may_saturate(graph, node) for node in nodes)
        ours = {name for other, name in asked if other == file}.union(request.options.exclude_nodes)
        saved.quantized |= {(file, name) for name in ours if _name(graph.renamed(name)) in names}
        if request.options.per_channel and not _has_per_channel(graph):
            raise StepError(
                "The saved graph has no per-channel scales, although `options.per_channel` asks for them.",
                remedy="Leave `per_channel` out, or quantize operators that have weights.",
            )
    return saved


def _has_per_channel(graph: Graph) -> bool:
    return any(
        name.endswith("_scale") and max(tensor.dims, default=1) > 1 for name, tensor in graph.initializers.items()
    )


def _name(node: Any) -> str | None:
    return None if node is None else str(node.name)
