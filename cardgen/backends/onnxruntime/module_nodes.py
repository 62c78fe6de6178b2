"""Which nodes of a model's ONNX graphs compute which PyTorch module.

The exporter names a node after the module that it comes from: ``/bert/encoder/layer.0/output/dense/MatMul`` belongs to
``bert.encoder.layer.0.output.dense``. Where it does not, the weight itself tells.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.modules import ModuleNames
from cardgen.backends.onnxruntime.graph import Graph

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Weight = npt.NDArray[np.float32]

MODULES_FILE = "onnx_modules.json"
"""In an export: a :class:`ModuleNodes`, for the steps that have the export but not the PyTorch model."""

_OPERATORS = {"linear": ("MatMul", "Gemm"), "embedding": ("Gather",)}
"""The operators that a module becomes."""


@dataclass(frozen=True)
class ModuleNodes:
    """The modules of a model, and the nodes that compute them."""

    names: ModuleNames
    graphs: Mapping[str, Mapping[str, tuple[str, ...]]]
    """FP32 file to PyTorch name of each module in it to the names of its nodes."""

    def of(self, module: str) -> tuple[tuple[str, str], ...]:
        """The nodes that compute a module, each as file and name; none where they could not be told."""
        return tuple((file, node) for file, found in self.graphs.items() for node in found.get(module, ()))

    def write(self, export: Path) -> None:
        """Put it into the folder of an export."""
        content = {"linear": self.names.linear, "embedding": self.names.embedding, "graphs": self.graphs}
        (export / MODULES_FILE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, export: Path) -> ModuleNodes:
        """Read it from the folder of an export."""
        content = json.loads((export / MODULES_FILE).read_text(encoding="utf-8"))
        return cls(
            names=ModuleNames(tuple(content["linear"]), tuple(content["embedding"])),
            graphs={
                file: {module: tuple(nodes) for module, nodes in found.items()}
                for file, found in content["graphs"].items()
            },
        )


def find_modules(
    graphs: Mapping[str, Graph], prefixes: Mapping[str, str], names: ModuleNames, weights: Mapping[str, Weight]
) -> ModuleNodes:
    """Find the nodes that compute each module.

    Args:
        graphs: FP32 file to graph.
        prefixes: file of a graph that was made of a part of the model, to what its modules' names begin with.
        names: the modules.
        weights: PyTorch name of each module to its weight, of shape (out, in) or (in, out); a view of the model's own.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for file, graph in graphs.items():
        nodes: dict[str, tuple[str, ...]] = {}
        for kind, operators in _OPERATORS.items():
            of_kind = {name: weights[name] for name in getattr(names, kind)}
            nodes |= map_modules(graph, of_kind, operators, prefixes.get(file, ""))
        found[file] = {module: those for module, those in nodes.items() if those}
    return _with_tied(ModuleNodes(names, found), weights)


def map_modules(
    graph: Graph, weights: Mapping[str, Weight], operators: tuple[str, ...], prefix: str = ""
) -> dict[str, tuple[str, ...]]:
    """Find the nodes of one graph that compute each module.

    Args:
        graph: an FP32 export.
        weights: PyTorch name of each module to its weight, of shape (out, in) or (in, out).
        operators: the operators that such a module becomes.
        prefix: what the modules' names begin with, where the graph was made of a part of the model.

    Returns:
        Module to node names; empty where no node, or more than one module, fits.
    """
    from onnx import numpy_helper

    candidates = {
        node.name: stored
        for node in graph.nodes
        if node.op_type in operators and node.name and (stored := graph.weight(node)) is not None
    }
    found: dict[str, tuple[str, ...]] = dict.fromkeys(weights, ())
    for name, stored in candidates.items():
        module = prefix + name.rpartition("/")[0].strip("/").replace("/", ".")
        if module in found and _same_shape(tuple(stored.dims), weights[module].shape):
            found[module] = (*found[module], name)
    taken = {name for names in found.values() for name in names}
    left = {name: numpy_helper.to_array(tensor) for name, tensor in candidates.items() if name not in taken}
    by_value = {
        module: tuple(name for name, array in left.items() if _same_value(array, weights[module]))
        for module, names in found.items()
        if not names
    }
    claims = Counter(name for names in by_value.values() for name in names)
    return found | {module: names for module, names in by_value.items() if len(names) == 1 and claims[names[0]] == 1}


def _with_tied(modules: ModuleNodes, weights: Mapping[str, Weight]) -> ModuleNodes:
    """Give a module that nothing computes the nodes of those that share its weight: BART's ``model.shared``."""
    import numpy as np

    graphs = {file: dict(found) for file, found in modules.graphs.items()}
    for kind in (modules.names.linear, modules.names.embedding):
        for module in kind:
            if modules.of(module):
                continue
            tied = [other for other in kind if other != module and np.shares_memory(weights[module], weights[other])]
            for file, found in modules.graphs.items():
                if nodes := tuple(node for other in tied for node in found.get(other, ())):
                    graphs[file][module] = nodes
    return replace(modules, graphs=graphs)


def _same_shape(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one in (other, other[::-1])


def _same_value(one: Weight, other: Weight) -> bool:
    import numpy as np

    return (one.shape == other.shape and bool(np.array_equal(one, other))) or (
        one.shape == other.shape[::-1] and bool(np.array_equal(one, other.T))
    )
