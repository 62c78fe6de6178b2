"""Quantizes an ONNX export with ONNX Runtime through Optimum, and reads back what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.artifact import clean_configs, copy_code, read_base_id, weight_bytes
from cardgen.backends.modules import ModuleNames, check_artifact, check_fallback
from cardgen.backends.onnxruntime.calibrate import calibrate
from cardgen.backends.onnxruntime.graph import Graph, ModuleNodes
from cardgen.backends.onnxruntime.runner import FP32_FILE, INT8_FILE
from cardgen.catalog.suggest import nearest
from cardgen.errors import StepError
from cardgen.records.model import QuantizeResult
from cardgen.records.request import QuantizeRequest

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
    _excluded(Graph.read(model / FP32_FILE), ModuleNodes.read(model), request)  # before anything that takes long
    return quantize_calibrated(request, model, find_ranges(request, model, calibration, report), output, report)


@dataclass(frozen=True)
class Ranges:
    """What calibration found: the same whatever stays FP32."""

    tensors: Any = None
    """``onnxruntime.quantization.calibrate.TensorsData``; ``None`` for dynamic quantization."""
    seen: int | None = None
    """Samples that the model took."""


def find_ranges(request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, report: Report) -> Ranges:
    """The ranges of all activations that may be quantized; none for dynamic quantization."""
    if request.approach != "static":
        return Ranges()
    return Ranges(*calibrate(model / FP32_FILE, _configuration(request, ()), calibration or (), report))


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
    config = _configuration(request, _excluded(Graph.read(model / FP32_FILE), modules, request))
    report("quantizing", 0, None)
    size = weight_bytes(model)
    quantizer = ORTQuantizer(
        model / FP32_FILE, config=AutoConfig.from_pretrained(model, trust_remote_code=request.trust_remote_code)
    )
    try:
        quantizer.quantize(
            config,
            output,
            calibration_tensors_range=ranges.tensors,
            use_external_data_format=size > EXTERNAL_DATA_ABOVE,
        )
    except NotImplementedError as error:
        raise StepError(
            f"ONNX Runtime cannot quantize this model: {error}", remedy="Use `approach: dynamic`, or neural-compressor."
        ) from error
    if request.trust_remote_code:
        copy_code(model, output)
    clean_configs(output, base_id=read_base_id(model), places=(model, output, Path.cwd(), Path.home()))
    result = _read_facts(output, modules, request, ranges.seen)
    check_artifact(
        request.fallback_modules, (*result.int8_modules, *result.int8_embeddings), empty=not result.operators
    )
    return result


def _configuration(request: QuantizeRequest, excluded: Collection[str]) -> Any:
    """One configuration for every machine, where Optimum has one per instruction set.

    Activations are unsigned and asymmetric, weights signed and symmetric: the pair for which x86 has instructions
    (VNNI), and whose products need no correction for the weight's zero point. Static models are saved in QDQ format,
    which ONNX Runtime recommends (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
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
        reduce_range=False,
        nodes_to_exclude=sorted(excluded),
        operators_to_quantize=list(_operators(request)),
    )


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


def _excluded(graph: Graph, modules: ModuleNodes, request: QuantizeRequest) -> set[str]:
    """Names of the nodes that stay FP32.

    Raises:
        StepError: if the request names a module or node that the graph does not have.
    """
    check_fallback(request.fallback_modules, ModuleNames(tuple(modules.linear), tuple(modules.embedding)))
    excluded: set[str] = set()
    for module in request.fallback_modules:
        if not modules.all[module]:
            raise StepError(
                f"The fallback module `{module}` cannot be told apart in the ONNX graph.",
                remedy="Name its node in `options.exclude_nodes` instead, or use the neural-compressor backend.",
            )
        excluded.update(modules.all[module])
    for name in request.options.exclude_nodes:
        if name not in graph.by_name:
            found = nearest(name, graph.by_name)
            raise StepError(
                f"The ONNX graph has no node `{name}`, which `options.exclude_nodes` names.",
                remedy=f"Did you mean `{found}`?" if found else "Netron (https://netron.app) shows a graph's nodes.",
            )
        excluded.add(name)
    mapped = {name for names in modules.all.values() for name in names}
    for node in graph.nodes:
        # A product of two activations has no weight to shrink: ONNX Runtime's own `quantize_dynamic` leaves it too.
        # And a weight that no module is known for stays FP32, so that the modules said to be FP32 are so.
        if node.op_type in ("MatMul", "Gemm", "Gather") and node.name not in mapped:
            stored = graph.weight(node)
            if node.op_type != "Gather" or (stored is not None and _is_float(stored)):
                excluded.add(node.name)
    # Dynamic quantization first turns each Gemm into a MatMul of this name.
    return excluded | {f"{name}_MatMul" for name in excluded if graph.by_name[name].op_type == "Gemm"}


def _read_facts(output: Path, modules: ModuleNodes, request: QuantizeRequest, seen: int | None) -> QuantizeResult:
    graph = Graph.read(output / INT8_FILE)
    operators = _operators(request)
    # A node may find its input quantized for another's sake; it counts where its operator was asked for. What MatMul
    # becomes has MatMul in its name, and so for the others: MatMulInteger, QLinearAdd, QGemm.
    quantized = [
        node
        for node in graph.nodes
        if graph.runs_on_integers(node) and any(operator in node.op_type for operator in operators)
    ]
    names = {node.name for node in quantized}
    still = [name for name in request.options.exclude_nodes if _name(graph.renamed(name)) in names]
    if still:
        raise StepError(f"The saved graph shows the node `{still[0]}` quantized, although it is in `exclude_nodes`.")
    if request.options.per_channel and not _has_per_channel(graph):
        raise StepError(
            "The saved graph has no per-channel scales, although `options.per_channel` asks for them.",
            remedy="Leave `per_channel` out, or quantize operators that have weights.",
        )

    def those(modules: Mapping[str, tuple[str, ...]], *, int8: bool) -> tuple[str, ...]:
        return tuple(
            module
            for module, nodes in modules.items()
            if int8 == (bool(nodes) and all(_name(graph.renamed(node)) in names for node in nodes))
        )

    return QuantizeResult(
        weight_bytes=weight_bytes(output),
        int8_modules=those(modules.linear, int8=True),
        fp32_modules=those(modules.linear, int8=False),
        int8_embeddings=those(modules.embedding, int8=True),
        fp32_embeddings=those(modules.embedding, int8=False),
        calibration_seen=seen,
        operators=dict(sorted(Counter(node.op_type for node in quantized).items())),
    )


def _has_per_channel(graph: Graph) -> bool:
    return any(
        name.endswith("_scale") and max(tensor.dims, default=1) > 1 for name, tensor in graph.initializers.items()
    )


def _is_float(tensor: Any) -> bool:
    import onnx

    return bool(tensor.data_type == onnx.TensorProto.FLOAT)


def _name(node: Any) -> str | None:
    return None if node is None else str(node.name)
