"""An FP32 ONNX model in which one module at a time computes as in INT8: each graph once, whatever the modules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.onnxruntime.graph import Graph
from cardgen.backends.onnxruntime.module_nodes import ModuleNodes
from cardgen.backends.onnxruntime.quantize import EXTERNAL_DATA_ABOVE, Ranges, reduces_range
from cardgen.backends.onnxruntime.session import Graphs, Session
from cardgen.backends.outputs import plain_outputs
from cardgen.backends.threads import available_threads
from cardgen.records.request import QuantizationOptions

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch

_WEIGHT = {"MatMul": 1, "Gemm": 1, "Gather": 0, "Conv": 1}
"""Operator to the index of its weight; the other of the first two inputs is its activation, but for Gather."""
_SWITCH = "cardgen_switch_"


class Simulation:
    """Each node of a module stands in an ``If`` (ONNX operators, If-11), whose other branch rounds as INT8 does.

    Weights and activations are rounded to 8 bits and back (``QuantizeLinear``, ``DequantizeLinear``), as the models are
    that ONNX Runtime's quantizer saves. A module that is not asked for costs nothing.
    """

    def __init__(
        self, model: Path, files: Mapping[str, str], ranges: Ranges, scratch: Path, options: QuantizationOptions
    ) -> None:
        """Build the graphs of the export in ``model`` with their switches, in the folder ``scratch``.

        Args:
            model: the export.
            files: its graphs (:func:`cardgen.catalog.onnx_files.onnx_files`), without those that one pass leaves out.
            ranges: of the activations.
            scratch: an empty folder.
            options: whether each output of a layer has a scale of its own, and how many bits weights have.
        """
        import onnx

        modules = ModuleNodes.read(model)
        self._switches = {name: f"{_SWITCH}{index}" for index, name in enumerate(modules.names.all) if modules.of(name)}
        sessions = {}
        for argument, file in files.items():
            found = modules.graphs[file]
            switched = _with_switches(
                model / file,
                {node: self._switches[name] for name, nodes in found.items() for node in nodes},
                ranges,
                options,
            )
            path = scratch / file
            onnx.save(switched, path, save_as_external_data=switched.ByteSize() > EXTERNAL_DATA_ABOVE)
            del switched
            sessions[argument] = Session.load(path, available_threads())
        self._graphs = Graphs(sessions)

    def outputs(self, batch: Batch, simulated: str | None) -> dict[str, npt.NDArray[np.float32]]:
        """Every array that the model computes, by name; ``simulated`` is the module that computes as in INT8."""
        import numpy as np

        switches = {switch: np.array(name == simulated) for name, switch in self._switches.items()}
        return plain_outputs(self._graphs.run({**batch, **switches}), batch)


def _with_switches(file: Path, switch_of: Mapping[str, str], ranges: Ranges, options: QuantizationOptions) -> Any:
    """The model in ``file``, in which each node that has a switch stands in an ``If``."""
    import onnx

    graph = Graph.read(file)
    model = onnx.load(file)
    nodes = [
        _switched(node, switch_of[node.name], graph, ranges, options)
        if node.name in switch_of and node.op_type in _WEIGHT
        else node
        for node in model.graph.node
    ]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    for switch in sorted(set(switch_of.values())):
        model.graph.input.append(onnx.helper.make_tensor_value_info(switch, onnx.TensorProto.BOOL, []))
    return model


def _switched(node: Any, switch: str, graph: Graph, ranges: Ranges, options: QuantizationOptions) -> Any:
    """An ``If`` that computes what ``node`` does, as it is or rounded."""
    from onnx import helper

    plain = type(node)()
    plain.CopyFrom(node)
    plain.output[0] = f"{node.output[0]}_plain"
    return helper.make_node(
        "If",
        [switch],
        list(node.output),
        name=f"{node.name}_switch",
        then_branch=_rounded(node, graph, ranges, options),
        else_branch=helper.make_graph([plain], "plain", [], [_untyped(plain.output[0])]),
    )


def _rounded(node: Any, graph: Graph, ranges: Ranges, options: QuantizationOptions) -> Any:
    """A graph of ``node`` between 8-bit roundings."""
    from onnx import helper

    steps: list[Any] = []
    constants: list[Any] = []
    rounded = type(node)()
    rounded.CopyFrom(node)
    prefix = f"{node.output[0]}_rounded"

    def through_int8(name: str, scale: Any, zero: Any, axis: int | None, to: str) -> str:
        constants.extend((_constant(f"{to}_scale", scale), _constant(f"{to}_zero", zero)))
        way = {} if axis is None else {"axis": axis}
        steps.append(helper.make_node("QuantizeLinear", [name, f"{to}_scale", f"{to}_zero"], [f"{to}_8"], **way))
        steps.append(helper.make_node("DequantizeLinear", [f"{to}_8", f"{to}_scale", f"{to}_zero"], [to], **way))
        return to

    at = _WEIGHT[node.op_type]
    scale, axis = _weight_scale(node, graph, options)
    rounded.input[at] = through_int8(node.input[at], scale, _zeros(scale), axis, f"{prefix}_weight")
    if node.op_type != "Gather":
        name = node.input[1 - at]
        if ranges.tensors is None:
            dynamic = [f"{prefix}_input_{part}" for part in ("8", "scale", "zero")]
            steps.append(helper.make_node("DynamicQuantizeLinear", [name], dynamic))
            steps.append(helper.make_node("DequantizeLinear", dynamic, [f"{prefix}_input"]))
            rounded.input[1 - at] = f"{prefix}_input"
        elif (found := _range_scale(ranges, name)) is not None:
            rounded.input[1 - at] = through_int8(name, *found, None, f"{prefix}_input")
    rounded.output[0] = result = f"{prefix}_result"
    steps.append(rounded)
    found = _range_scale(ranges, node.output[0]) if node.op_type != "Gather" else None
    if found is not None:
        result = through_int8(result, *found, None, f"{prefix}_output")
    # Constants stand as nodes: a subgraph's initializers are looked up by some versions in the outer graph.
    return helper.make_graph([*constants, *steps], "rounded", [], [_untyped(result)])


def _weight_scale(node: Any, graph: Graph, options: QuantizationOptions) -> tuple[Any, int | None]:
    """Symmetric, and the axis of the channels, where each has its own.

    ONNX Runtime's ``QInt8`` weights go from -127 to 127, those of 7 bits from -64 to 64; a looked-up one has 8 bits.

    A weight that the graph transposes first, and an embedding, has one scale.
    """
    import numpy as np
    from onnx import numpy_helper

    name = node.input[_WEIGHT[node.op_type]]
    weight = np.abs(numpy_helper.to_array(graph.weight(node)))
    axis = None
    if options.per_channel and node.op_type != "Gather" and name in graph.initializers:
        transposed = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
        axis = 0 if transposed or node.op_type == "Conv" else weight.ndim - 1
    largest = weight.max() if axis is None else weight.max(tuple(i for i in range(weight.ndim) if i != axis))
    most = 64 if reduces_range(options) and node.op_type != "Gather" else 127
    return np.where(largest > 0, largest / most, 1).astype(np.float32), axis


def _range_scale(ranges: Ranges, name: str) -> tuple[Any, Any] | None:
    """Scale and zero point (``QUInt8``, asymmetric) of an activation; ``None`` where none was calibrated."""
    import numpy as np

    if ranges.tensors is None or name not in ranges.tensors:
        return None
    low, high = (float(np.asarray(bound).reshape(-1)[0]) for bound in ranges.tensors[name].range_value)
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / 255 or 1.0
    return np.float32(scale), np.uint8(min(255, max(0, round(-low / scale))))


def _constant(name: str, value: Any) -> Any:
    import numpy as np
    from onnx import helper, numpy_helper

    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(np.asarray(value), name))


def _zeros(scale: Any) -> Any:
    import numpy as np

    return np.zeros(np.shape(scale), np.int8)


def _untyped(name: str) -> Any:
    from onnx import ValueInfoProto

    return ValueInfoProto(name=name)
