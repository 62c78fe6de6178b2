"""Prints the Linear layers that do not compute in INT8 as a list in JSON: ``QUANTIZED_ONNX EXPORT``.

Told as for our own artifacts: a layer computes in INT8 where all its nodes do.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cardgen.backends.onnxruntime.graph import Graph
from cardgen.backends.onnxruntime.module_nodes import ModuleNodes


def main(quantized: Path, export: Path) -> None:
    """Count and print."""
    modules = ModuleNodes.read(export)
    graph = Graph.read(quantized)
    int8 = {node.name for node in graph.nodes if graph.runs_on_integers(node)}
    nodes = {module: {name for _file, name in modules.of(module)} for module in modules.names.linear}
    print(json.dumps([module for module, names in nodes.items() if not names or not names <= int8]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
