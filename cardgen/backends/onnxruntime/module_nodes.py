"""Which nodes of a model's ONNX graphs compute which PyTorch module.

The exporter names a node after the module that it comes from: ``/bert/encoder/layer.0/output/dense/MatMul`` belongs to
``bert.encoder.layer.0.output.dense``. Where it does not, the weight itself tells.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.modules import ModuleNames
from cardgen.backends.onnxruntime.graph import Graph

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Weight = npt.NDArray[np.float32]

MODULES_FILE = "onnx_modules.json"
"""In an export: a :class:`ModuleNodes`, for the steps that have the export but not the PyTorch model."""

OPERATORS = {"linear": ("MatMul", "Gemm"), "embedding": ("Gather",), "convolution": ("Conv", "ConvTranspose")}
"""Kind of module to the operators that one becomes."""


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
        content = {**asdict(self.names), "graphs": self.graphs}
        (export / MODULES_FILE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, export: Path) -> ModuleNodes:
        """Read it from the folder of an export."""
        content = json.loads((export / MODULES_FILE).read_text(encoding="utf-8"))
        return cls(
            names=ModuleNames(**{kind: tuple(content[kind]) for kind in OPERATORS}),
            graphs={
                file: {module: tuple(nodes) for module, nodes in found.items()}
                for file, found in content["graphs"].items()
            },
        )


def find_modules(
    graphs: Mapping[str, Graph], prefixes: Mapping[str, str], names: ModuleNames, weights: Mapping[str, Weight]
) -> ModuleNodes:
    """Find the nodes that compute each module, every use of its weight among them.

    Args:
        graphs: FP32 file to graph.
        prefixes: file of a graph that was made of a part of the model, to what its modules' names begin with.
        names: the modules.
        weights: PyTorch name of each module to its weight, of shape (out, in) or (in, out); a view of the model's own.
    """
    found = {
        file: {
            module: nodes
            for module, nodes in map_modules(graph, names, weights, prefixes.get(file, "")).items()
            if nodes
        }
        for file, graph in graphs.items()
    }
    return _with_tied(ModuleNodes(names, found), weights)


def map_modules(
    graph: Graph, names: ModuleNames, weights: Mapping[str, Weight], prefix: str = ""
) -> dict[str, tuple[str, ...]]:
    """Find the nodes of one graph that compute each module.

    Args:
        graph: an FP32 export.
        names: the modules.
        weights: PyTorch name of each module to its weight, of shape (out, in) or (in, out).
        prefix: what the modules' names begin with, where the graph was made of a part of the model.

    Returns:
        Module to node names; empty where none fits.
    """
    candidates = {
        node.name: (node.op_type, stored)
        for node in graph.nodes
        if node.name and (stored := graph.weight(node)) is not None
    }
    found: dict[str, tuple[str, ...]] = {}
    for kind, operators in OPERATORS.items():
        of_kind = {name: weights[name] for name in getattr(names, kind)}
        fit = {name: stored for name, (operator, stored) in candidates.items() if operator in operators}
        found |= _by_name(fit, of_kind, prefix)
        taken = {name for nodes in found.values() for name in nodes}
        found |= _by_value({name: stored for name, stored in fit.items() if name not in taken}, found, of_kind)
    return _with_further_uses(graph, candidates, found, weights)


def _by_name(nodes: Mapping[str, Any], weights: Mapping[str, Weight], prefix: str) -> dict[str, tuple[str, ...]]:
    """Module to those of ``nodes`` (name to stored tensor) that are named after it."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(weights, ())
    for name, stored in nodes.items():
        module = prefix + _module_of(name)
        if module in found and _same_shape(tuple(stored.dims), weights[module].shape):
            found[module] = (*found[module], name)
    return found


def _module_of(node: str) -> str:
    """The module that a node is named after: ``layer.0`` of ``/layer/layer.0/Conv``, in a Sequential ``layer``."""
    parts = node.rpartition("/")[0].strip("/").split("/")
    following = [*parts[1:], ""]
    return ".".join(part for part, after in zip(parts, following, strict=True) if not after.startswith(f"{part}."))


def _by_value(
    nodes: Mapping[str, Any], found: Mapping[str, tuple[str, ...]], weights: Mapping[str, Weight]
) -> dict[str, tuple[str, ...]]:
    """Module without nodes to the ones of ``nodes`` that have its weight, where one module alone has that weight."""
    holding: dict[str, tuple[str, ...]] = {}
    for name, stored in nodes.items():
        holding[stored.name] = (*holding.get(stored.name, ()), name)
    arrays = {stored.name: _array(stored) for stored in nodes.values()}
    claimed = {
        module: [name for name, array in arrays.items() if _same_value(array, weight)]
        for module, weight in weights.items()
        if not found[module]
    }
    claims = Counter(name for held in claimed.values() for name in held)
    return {module: holding[held[0]] for module, held in claimed.items() if len(held) == 1 and claims[held[0]] == 1}


def _with_further_uses(
    graph: Graph,
    candidates: Mapping[str, tuple[str, Any]],
    found: Mapping[str, tuple[str, ...]],
    weights: Mapping[str, Weight],
) -> dict[str, tuple[str, ...]]:
    """With the nodes of no module that take the weight of one, or of several, as another use of each of these.

    So does the second layer of two that share their weights, a product with an embedding's weight, and whatever else
    takes what a module's own nodes take.
    """
    taken = {name for nodes in found.values() for name in nodes}
    owners: dict[str, list[str]] = {}
    for module, nodes in found.items():
        for stored in dict.fromkeys(candidates[name][1].name for name in nodes):
            owners.setdefault(stored, []).append(module)
    for _operator, stored in (each for name, each in candidates.items() if name not in taken):
        if stored.name not in owners:
            array = _array(stored)
            owners[stored.name] = [name for name, nodes in found.items() if nodes and _same_value(array, weights[name])]
    further = {module: list(nodes) for module, nodes in found.items()}
    for stored_name, users in graph.users().items():
        for module in owners.get(stored_name, ()):
            further[module] += [name for name in users if name not in taken]
    return {module: tuple(nodes) for module, nodes in further.items()}


def _with_tied(modules: ModuleNodes, weights: Mapping[str, Weight]) -> ModuleNodes:
    """Give a module that nothing computes the nodes of those that share its weight: BART's ``model.shared``."""
    import numpy as np

    graphs = {file: dict(found) for file, found in modules.graphs.items()}
    for kind in (modules.names.linear, modules.names.embedding, modules.names.convolution):
        for module in kind:
            if modules.of(module):
                continue
            tied = [other for other in kind if other != module and np.shares_memory(weights[module], weights[other])]
            for file, found in modules.graphs.items():
                if nodes := tuple(node for other in tied for node in found.get(other, ())):
                    graphs[file][module] = nodes
    return replace(modules, graphs=graphs)


def _array(stored: Any) -> Weight:
    from onnx import numpy_helper

    array: Weight = numpy_helper.to_array(stored)
    return array


def _same_shape(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one in (other, other[::-1])


def _same_value(one: Weight, other: Weight) -> bool:
    import numpy as np

    return (one.shape == other.shape and bool(np.array_equal(one, other))) or (
        one.shape == other.shape[::-1] and bool(np.array_equal(one, other.T))
    )
