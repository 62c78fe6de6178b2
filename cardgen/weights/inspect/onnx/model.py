"""What a model in ONNX is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from cardgen.errors import ModelFilesError, SeveralModelsError
from cardgen.records.inspection import Inspection, Kind, Maker, Module, Storage
from cardgen.weights.inspect.files import ModelFiles, refuse_pointer
from cardgen.weights.inspect.files import listed as listed_files
from cardgen.weights.inspect.modules import kind_of, natural
from cardgen.weights.inspect.onnx.graph import Listed, Tensor, read_graph
from cardgen.weights.inspect.onnx.uses import Use, uses
from cardgen.weights.inspect.provenance import named_bases
from cardgen.weights.inspect.stated import object_of, texts_of
from cardgen.weights.inspect.tensors import read_json
from cardgen.weights.pointer import SMALLER_THAN_BYTES

SUFFIX: Final = ".onnx"
_PARAMETERS: Final = frozenset({"F64", "F32", "F16", "BF16"})
_QUANTIZER: Final = "onnx.quantize"
_OLIVE: Final = "olive_version"
_SETTINGS: Final = "ort_config.json"
"""Optimum's, which notes what was asked for, and no data of calibration."""
_RUNTIME: Final = "ONNX Runtime's quantizer"


def inspect_onnx(files: ModelFiles) -> Inspection:
    """Read what an ONNX file is; the weights that it keeps in files of their own count as its own.

    Raises:
        ModelFilesError: where it is damaged, a file of its weights is missing, or there are several models.
    """
    name = _one_model(files)
    listed = read_graph(files, name)
    data = _data_files(files, name, listed)
    modules = _modules(listed)
    config = read_json(files, str(PurePosixPath(name).parent / "config.json"))
    settings = read_json(files, str(PurePosixPath(name).parent / _SETTINGS))
    quantized = [module for module in modules if module.storage.quantized]
    return Inspection(
        format="onnx",
        method=_method(listed) if quantized else None,
        architecture=next(iter(texts_of(config.get("architectures"))), None),
        makers=tuple(_makers(listed, name, by_optimum=bool(settings))),
        base_model=named_bases(files, config),
        modules=modules,
        parameters=sum(module.parameters for module in modules),
        size_bytes=sum(files.sizes[one] for one in (name, *data)),
        files=listed_files(files, (name, *data)),
        findings=(*_doubtful(listed), *_contradictions(object_of(settings.get("quantization")), listed, quantized)),
    )


def _one_model(files: ModelFiles) -> str:
    names = files.named(SUFFIX)
    if len(names) > 1:
        raise SeveralModelsError(files.label, names)
    return names[0]


def _data_files(files: ModelFiles, name: str, listed: Listed) -> list[str]:
    folder = PurePosixPath(name).parent
    told = sorted({tensor.location for tensor in listed.tensors.values() if tensor.location is not None})
    missing = [one for one in told if str(folder / one) not in files.sizes]
    if missing:
        raise ModelFilesError(
            f"{files.label}: {name} keeps weights in {', '.join(missing)}, which is not there.",
            remedy="Fetch it too: it must lie beside the model.",
        )
    for one in told:
        ends = max(tensor.ends for tensor in listed.tensors.values() if tensor.location == one)
        data = str(folder / one)
        if ends > files.sizes[data]:
            refuse_pointer(files, data, files.read(data, 0, SMALLER_THAN_BYTES))
            raise ModelFilesError(
                f"{files.label}: {data} is cut: the weights in it end at byte {ends}, and it has {files.sizes[data]}.",
                remedy="Fetch it again.",
            )
    return [str(folder / one) for one in told]


def _method(listed: Listed) -> str:
    operators = Counter(node.operator for node in listed.nodes)
    if operators["MatMulNBits"] or operators["GatherBlockQuantized"]:
        return "blocks (MatMulNBits)"
    if any(operator.startswith("QLinear") or operator == "QGemm" for operator in operators):
        return "static (QOperator)"
    if operators["MatMulInteger"] or operators["ConvInteger"] or operators["DynamicQuantizeMatMul"]:
        return "dynamic"
    return "static (QDQ)" if operators["QuantizeLinear"] else "weights (DequantizeLinear)"


def _makers(listed: Listed, file: str, *, by_optimum: bool) -> Iterator[Maker]:
    producer, version = listed.producer, listed.producer_version or None
    if producer == _QUANTIZER:
        yield Maker(name=_RUNTIME, version=None, file=file)  # its version is one that never moves
    elif producer:
        yield Maker(name=producer, version=version, file=file)
    for key, value in listed.metadata.items():
        if key == _OLIVE and value:
            yield Maker(name="Olive", version=None if value == "unknown" else value, file=file)
    if by_optimum:
        yield Maker(name="optimum", version=None, file=_SETTINGS)


def _modules(listed: Listed) -> tuple[Module, ...]:
    """A module a weight. One that is used several times is one; it is quantized only where all of its uses are."""
    by_weight: dict[str, list[Use]] = {}
    for use in uses(listed):
        by_weight.setdefault(use.weight.name, []).append(use)
    taken = {name for found in by_weight.values() for use in found for name in (use.weight.name, *use.beside)}
    scales = _scales(listed)
    dequantized = {node.inputs[0] for node in listed.nodes if node.operator == "DequantizeLinear" and node.inputs}
    made = [_module(found, listed) for found in by_weight.values()]
    made += [
        _lone(tensor)
        for tensor in listed.tensors.values()
        if tensor.name not in taken and tensor.name not in scales and _is_parameter(tensor, dequantized)
    ]
    return tuple(sorted(made, key=lambda module: natural(module.name)))


def _module(found: list[Use], listed: Listed) -> Module:
    first = next((use for use in found if use.activations is None), found[0])
    count = 1
    for length in first.shape:
        count *= length
    beside = {name for use in found for name in use.beside if name in listed.tensors}
    return Module(
        name=first.name,
        kind=_kind(first),
        storage=first.storage,
        activations=first.activations,
        parameters=count,
        size_bytes=first.weight.size_bytes + sum(listed.tensors[name].size_bytes for name in beside),
    )


def _is_parameter(tensor: Tensor, dequantized: Collection[str]) -> bool:
    """Numbers that a graph computes with are constants, and no parameters."""
    if tensor.constant or not tensor.shape:
        return False
    return tensor.type in _PARAMETERS or tensor.name in dequantized


def _kind(use: Use) -> Kind:
    if "Gather" in use.operator:
        return "embedding"
    if "Conv" in use.operator:
        return "convolution"
    kind = kind_of(use.name, use.shape)
    return kind if kind == "head" else "linear"


def _lone(tensor: Tensor) -> Module:
    """What goes into no product: biases, norms and their like."""
    return Module(
        name=tensor.name,
        kind="norm" if kind_of(tensor.name, tensor.shape) == "norm" else "other",
        storage=Storage(type=tensor.type, bits=tensor.bits, quantized=tensor.type not in _PARAMETERS),
        parameters=tensor.count,
        size_bytes=tensor.size_bytes,
    )


def _scales(listed: Listed) -> set[str]:
    """Scales and zero points of what goes through the graph, which are no parameters."""
    return {
        name
        for node in listed.nodes
        if node.operator in ("QuantizeLinear", "DequantizeLinear") or node.operator.startswith("QLinear")
        for name in node.inputs[1:]
    }


def _contradictions(asked: Mapping[str, object], listed: Listed, quantized: list[Module]) -> Iterator[str]:
    """Where ``ort_config.json`` and the graph tell of other quantizations."""
    static = asked.get("is_static")
    if not isinstance(static, bool):
        return
    method = _method(listed) if quantized else None
    if method is None or not method.startswith("static" if static else "dynamic"):
        told = "static" if static else "dynamic"
        yield f"{_SETTINGS} says {told} quantization, and the graph is {method or 'not quantized'}"


def _doubtful(listed: Listed) -> Iterator[str]:
    unknown = sorted({tensor.type for tensor in listed.tensors.values() if tensor.type.startswith("type ")})
    if unknown:
        yield f"there are tensors of {', '.join(unknown)}, which cardgen does not know: their bytes are not counted"
