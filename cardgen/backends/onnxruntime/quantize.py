"""Quantizes an ONNX export with ONNX Runtime through Optimum."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.artifact import WEIGHT_SUFFIXES, clean_configs, copy_pooling, read_base_id
from cardgen.backends.modules import check_artifact, check_fallback
from cardgen.backends.onnxruntime.calibrate import calibrate
from cardgen.backends.onnxruntime.graph import Graph
from cardgen.backends.onnxruntime.module_nodes import MODULES_FILE, OPERATORS, ModuleNodes
from cardgen.backends.onnxruntime.saved import read_facts
from cardgen.catalog.onnx_files import onnx_files
from cardgen.catalog.operators import PER_CHANNEL_OPSET
from cardgen.catalog.suggest import nearest
from cardgen.catalog.tasks import TASKS
from cardgen.errors import StepError
from cardgen.records.request import QuantizationOptions, QuantizeRequest
from cardgen.records.results.quantize import QuantizeResult

if TYPE_CHECKING:
    from cardgen.backends.registry import Batch, Report

DEFAULT_OPERATORS = {"dynamic": ("Gather", "MatMul"), "static": ("Gather", "Gemm", "MatMul")}
"""Where the weights are: Linear layers (a Gemm becomes a MatMul when quantized dynamically) and embeddings. Optimum's
own default takes every operator that can be quantized, which rounds activations many times more and saves no bytes."""

EXTERNAL_DATA_ABOVE = 1_900_000_000
"""Bytes; one protobuf message holds less than 2 GiB."""


def quantize_export(
    request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, output: Path, report: Report
) -> QuantizeResult:
    """Quantize the export in ``model`` into ``output``.

    Raises:
        StepError: if the request names a module, node or operator that does not exist or cannot be quantized, or the
            saved artifact is not what was asked for.
    """
    _excluded_nodes(request, model, ModuleNodes.read(model))  # before anything that takes long
    return quantize_calibrated(request, model, find_ranges(request, model, calibration, report), output, report)


@dataclass(frozen=True)
class Ranges:
    """What calibration found: the same whatever stays FP32."""

    tensors: Any = None
    """``onnxruntime.quantization.calibrate.TensorsData``; ``None`` for dynamic quantization."""
    seen: int | None = None
    """Samples that the model took."""


def find_ranges(request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, report: Report) -> Ranges:
    """The ranges of all activations that may be quantized; none for dynamic quantization.

    Raises:
        StepError: for static quantization of a model that generates text, or by channel of an export of an old opset.
    """
    if request.approach != "static":
        return Ranges()
    if TASKS[request.task].generates:
        raise StepError(
            "A model that generates text cannot be quantized statically: it calls its decoder once for each token, "
            "on its own output.",
            remedy="Use `approach: dynamic`.",
        )
    (file,) = onnx_files(request.task, quantized=False).values()
    opset = Graph.read(model / file).opset if request.options.per_channel else PER_CHANNEL_OPSET
    if opset < PER_CHANNEL_OPSET:
        raise StepError(
            f"Static quantization by channel takes ONNX opset {PER_CHANNEL_OPSET}; the export has {opset}.",
            remedy=f"Write `opset: {PER_CHANNEL_OPSET}` or more under `options`, or leave `per_channel` out.",
        )
    return Ranges(*calibrate(model / file, _configuration(request, ()), calibration or (), report))


def quantize_calibrated(
    request: QuantizeRequest, model: Path, ranges: Ranges, output: Path, report: Report
) -> QuantizeResult:
    """Quantize the export in ``model`` into ``output``, its activations' ranges being known.

    Raises:
        StepError: as :func:`quantize_export` does.
    """
    from optimum.onnxruntime import ORTQuantizer
    from transformers import AutoConfig

    modules = ModuleNodes.read(model)
    excluded = _excluded_nodes(request, model, modules)
    report("quantizing", 0, None)
    model_config = AutoConfig.from_pretrained(model, trust_remote_code=request.trust_remote_code)
    try:
        for file in modules.graphs:
            ORTQuantizer(model / file, config=model_config).quantize(
                _configuration(request, excluded[file]),
                output,
                calibration_tensors_range=ranges.tensors,
                use_external_data_format=_graph_bytes(model, file) > EXTERNAL_DATA_ABOVE,
            )
    except NotImplementedError as error:
        raise StepError(
            f"ONNX Runtime cannot quantize this model: {error}", remedy="Use `approach: dynamic`, or neural-compressor."
        ) from error
    for path in model.iterdir():
        if path.is_file() and path.name != MODULES_FILE and not path.name.endswith(WEIGHT_SUFFIXES):
            shutil.copyfile(path, output / path.name)
    copy_pooling(model, output)
    clean_configs(output, base_id=read_base_id(model), places=(model, output, Path.cwd(), Path.home()))
    result = read_facts(output, modules, request, _operators(request), ranges.seen)
    check_artifact(
        request.fallback_modules,
        (*result.int8_modules, *result.int8_embeddings, *result.int8_convolutions),
        empty=not result.operators,
    )
    return result


def _graph_bytes(model: Path, file: str) -> int:
    """Bytes of a graph and of the weights that lie beside it (``model.onnx_data``)."""
    return sum(path.stat().st_size for path in model.glob(f"{file}*"))


def _configuration(request: QuantizeRequest, excluded: Collection[str]) -> Any:
    """One configuration for every machine, where Optimum has one per instruction set.

    Activations are unsigned and asymmetric, weights signed and symmetric: the pair for which x86 has instructions
    (VNNI), and whose products need no correction for the weight's zero point. Static models are saved in QDQ format,
    which ONNX Runtime recommends (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
    Weights have 7 bits unless all 8 are asked for: docs/decisions/0006-one-score-on-every-processor.md.
    """
    from onnxruntime.quantization import QuantFormat, QuantizationMode, QuantType
    from optimum.onnxruntime.configuration import QuantizationConfig

    static = request.approach == "static"
    return QuantizationConfig(
        is_static=static,
        format=QuantFormat.QDQ if static else QuantFormat.QOperator,
        mode=QuantizationMode.QLinearOps if static else QuantizationMode.IntegerOps,
        activations_dtype=QuantType.QUInt8,
        activations_symmetric=False,
        weights_dtype=QuantType.QInt8,
        weights_symmetric=True,
        per_channel=request.options.per_channel or False,
        reduce_range=reduces_range(request.options),
        nodes_to_exclude=sorted(excluded),
        operators_to_quantize=list(_operators(request)),
    )


def reduces_range(options: QuantizationOptions) -> bool:
    """Whether weights have 7 bits."""
    return options.reduce_range is not False


def _operators(request: QuantizeRequest) -> tuple[str, ...]:
    """The operator types to quantize.

    Raises:
        StepError: if one cannot be quantized with this approach.
    """
    from onnxruntime.quantization.registry import IntegerOpsRegistry, QDQRegistry, QLinearOpsRegistry

    asked = request.options.operators
    if asked is None:
        return DEFAULT_OPERATORS[request.approach]
    known = sorted({*QDQRegistry, *QLinearOpsRegistry} if request.approach == "static" else IntegerOpsRegistry)
    for operator in asked:
        if operator not in known:
            found = nearest(operator, known)
            hint = f"Did you mean `{found}`? " if found else ""
            raise StepError(
                f"ONNX Runtime has no {request.approach} quantization of the operator `{operator}`.",
                remedy=f"{hint}It can quantize: {', '.join(known)}.",
            )
    return asked


def _excluded_nodes(request: QuantizeRequest, model: Path, modules: ModuleNodes) -> dict[str, set[str]]:
    """FP32 file of each graph to the names of its nodes that stay FP32.

    Raises:
        StepError: if the request names a module or node that the graphs do not have.
    """
    check_fallback(request.fallback_modules, modules.names)
    graphs = {file: Graph.read(model / file) for file in modules.graphs}
    kept: dict[str, set[str]] = {file: set() for file in graphs}
    for module in request.fallback_modules:
        nodes = modules.of(module)
        if not nodes:
            raise StepError(
                f"The fallback module `{module}` cannot be told apart in the ONNX graph.",
                remedy="Name its node in `options.exclude_nodes` instead, or use the neural-compressor backend.",
            )
        for file, node in nodes:
            kept[file].add(node)
    names = {name for graph in graphs.values() for name in graph.by_name}
    for name in request.options.exclude_nodes:
        if name not in names:
            found = nearest(name, names)
            raise StepError(
                f"The ONNX graph has no node `{name}`, which `options.exclude_nodes` names.",
                remedy=f"Did you mean `{found}`?" if found else "Netron (https://netron.app) shows a graph's nodes.",
            )
        for file, graph in graphs.items():
            if name in graph.by_name:
                kept[file].add(name)
    for file, graph in graphs.items():
        kept[file] |= _without_module(graph, modules.graphs[file])
        # Dynamic quantization first turns each Gemm into a MatMul of this name.
        kept[file] |= {f"{name}_MatMul" for name in kept[file] if graph.by_name[name].op_type == "Gemm"}
    return kept


_OF_MODULES = frozenset(operator for operators in OPERATORS.values() for operator in operators)


def _without_module(graph: Graph, modules: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The nodes of no module, of those that are quantized unless they are named.

    A product of two activations has no weight to shrink: ONNX Runtime's own `quantize_dynamic` leaves it too. And a
    weight that no module is known for stays FP32, so that the modules said to be FP32 are so.
    """
    mapped = {name for names in modules.values() for name in names}
    found = set()
    for node in graph.nodes:
        if node.op_type in _OF_MODULES and node.name not in mapped:
            stored = graph.weight(node)
            if node.op_type != "Gather" or (stored is not None and _is_float(stored)):
                found.add(node.name)
    return found


def _is_float(tensor: Any) -> bool:
    import onnx

    return bool(tensor.data_type == onnx.TensorProto.FLOAT)
