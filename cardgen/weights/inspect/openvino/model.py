"""What a model in OpenVINO's IR is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from cardgen.errors import ModelFilesError, SeveralModelsError
from cardgen.patterns import regex
from cardgen.records.inspection import Activations, Inspection, Kind, Maker, Module, Storage
from cardgen.weights.inspect.files import ModelFiles, listed, refuse_pointer
from cardgen.weights.inspect.modules import kind_of, natural
from cardgen.weights.inspect.openvino.graph import Graph, Layer, read_graph
from cardgen.weights.inspect.provenance import calibration_of, named_bases
from cardgen.weights.inspect.stated import Stated, object_of, texts_of
from cardgen.weights.inspect.tensors import read_json
from cardgen.weights.pointer import SMALLER_THAN_BYTES

SUFFIX: Final = ".xml"
_OTHERS: Final = ("openvino_tokenizer.xml", "openvino_detokenizer.xml")
_OPERATORS: Final = frozenset({"MatMul", "Convolution", "GroupConvolution", "ConvolutionBackpropData", "Gather"})
_SAME: Final = frozenset({"Convert", "Reshape", "Transpose", "FakeQuantize", "Unsqueeze", "Squeeze"})
_FLOATS: Final = {"f64": "F64", "f32": "F32", "f16": "F16", "bf16": "BF16"}
_NAMES: Final = {"nf4": "NF4", "f8e4m3": "FP8", "f8e5m2": "FP8", "f4e2m1": "MXFP4"}
_MODULE: Final = regex(r"__module\.([\w.]+?)/.*")
_TAIL: Final = regex(r"(?:\.weight)?(?:/\w+)*(?:_compressed)?$")
_RELEASE: Final = regex(r"\d+(?:\.\d+)*")
_SMOOTHING: Final = "/nncf_smooth_quant/"
_FARTHEST: Final = 12


@dataclass(frozen=True)
class _Weight:
    constant: Layer
    scale: Layer | None
    zero_point: Layer | None
    taken: frozenset[str]
    """Ids of the constants that it is made of."""


def inspect_openvino(files: ModelFiles) -> Inspection:
    """Read what an IR is.

    Raises:
        ModelFilesError: where it is damaged, its ``.bin`` is missing, or there are several models.
    """
    name = _one_model(files)
    data = str(PurePosixPath(name).with_suffix(".bin"))
    if data not in files.sizes:
        raise ModelFilesError(
            f"{files.label}: {data}, which holds the weights of {name}, is not there.", remedy="Fetch it too."
        )
    graph = read_graph(files, name)
    ends = max((layer.ends for layer in graph.layers.values()), default=0)
    if ends > files.sizes[data]:
        refuse_pointer(files, data, files.read(data, 0, SMALLER_THAN_BYTES))
        raise ModelFilesError(
            f"{files.label}: {data} is cut: the weights in it end at byte {ends}, and it has {files.sizes[data]}.",
            remedy="Fetch it again.",
        )
    modules = _modules(graph)
    config = read_json(files, str(PurePosixPath(name).parent / "config.json"))
    settings = read_json(files, str(PurePosixPath(name).parent / "openvino_config.json"))
    static = any(module.activations for module in modules)
    quantized = any(module.storage.quantized for module in modules)
    return Inspection(
        format="openvino",
        method=("static" if static else "weights") if quantized else None,
        architecture=next(iter(texts_of(config.get("architectures"))), None),
        makers=tuple(_makers(graph.info, name)),
        base_model=named_bases(files, config),
        calibration=calibration_of(files, Stated(object_of(settings.get("quantization_config")))),
        modules=modules,
        parameters=sum(module.parameters for module in modules),
        size_bytes=files.sizes[name] + files.sizes[data],
        files=listed(files, (name, data)),
    )


def _one_model(files: ModelFiles) -> str:
    names = [name for name in files.named(SUFFIX) if PurePosixPath(name).name not in _OTHERS]
    if len(names) > 1:
        raise SeveralModelsError(files.label, names)
    if not names:
        raise ModelFilesError(f"{files.label} holds 0 models: only tokenizers.", remedy="Name one of the files.")
    return names[0]


def _modules(graph: Graph) -> tuple[Module, ...]:
    found: dict[str, Module] = {}
    taken: set[str] = set()
    ranges = {one for layer in graph.layers.values() if layer.type == "FakeQuantize" for one in layer.inputs[1:]}
    for layer in graph.layers.values():
        if layer.type not in _OPERATORS:
            continue
        places = layer.inputs[:1] if layer.type == "Gather" else layer.inputs[1:2]
        weight = _weight(graph, places[0]) if places else None
        if weight is None or len(weight.constant.shape) < 2:
            continue
        taken |= weight.taken
        module = _module(graph, layer, weight)
        before = found.get(weight.constant.name)
        if before is None or before.kind == "embedding":  # a tied head is told as the head
            found[weight.constant.name] = module
    for number, layer in graph.layers.items():
        if layer.type == "Const" and number not in taken | ranges and _is_parameter(layer):
            found[layer.name] = _lone(layer)
    return tuple(sorted(found.values(), key=lambda module: natural(module.name)))


def _weight(graph: Graph, number: str) -> _Weight | None:
    """The constant behind an input, and what it is multiplied with and moved by on the way."""
    scale = zero_point = None
    taken: set[str] = set()
    for _ in range(_FARTHEST):
        layer = graph.layers.get(number)
        if layer is None:
            return None
        if layer.type == "Const":
            is_number = layer.element not in ("i64", "i32", "boolean")
            return _Weight(layer, scale, zero_point, frozenset({*taken, number})) if is_number else None
        if layer.type in ("Multiply", "Subtract") and len(layer.inputs) > 1:
            beside = _weight(graph, layer.inputs[1])
            if beside is None:
                return None
            taken |= beside.taken
            if layer.type == "Multiply":
                scale = scale or beside.constant
            else:
                zero_point = beside.constant
        elif layer.type not in _SAME or not layer.inputs:
            return None
        number = layer.inputs[0]
    return None


def _module(graph: Graph, layer: Layer, weight: _Weight) -> Module:
    constant = weight.constant
    name = _name(layer, constant)
    fed = graph.layers.get(layer.inputs[0]) if layer.type != "Gather" else None
    static = fed is not None and fed.type == "FakeQuantize"
    storage = _storage(weight)
    return Module(
        name=name,
        kind=_kind(name, layer),
        storage=storage,
        activations=Activations(when="static", type="INT8", bits=8) if static and storage.quantized else None,
        parameters=constant.count,
        size_bytes=sum(graph.layers[one].size_bytes for one in weight.taken),
    )


def _storage(weight: _Weight) -> Storage:
    constant, scale = weight.constant, weight.scale
    if constant.element in _FLOATS:
        return Storage(type=_FLOATS[constant.element], bits=constant.bits, quantized=False)
    kind = _NAMES.get(constant.element, f"INT{constant.bits}")
    storage = Storage(type=kind, bits=constant.bits, quantized=True, symmetric=weight.zero_point is None)
    if scale is None:
        return storage
    if scale.count == 1:
        return storage.model_copy(update={"per": "tensor"})
    groups = len(constant.shape) == 3 and len(scale.shape) == 3 and scale.shape[1] == constant.shape[1] > 1
    if groups:
        return storage.model_copy(update={"per": "group", "group_size": constant.shape[2]})
    return storage.model_copy(update={"per": "channel"})


def _kind(name: str, layer: Layer) -> Kind:
    if layer.type == "Gather":
        return "embedding"
    if "Convolution" in layer.type:
        return "convolution"
    return "head" if kind_of(name, (1, 1)) == "head" else "linear"


def _name(layer: Layer, constant: Layer) -> str:
    """PyTorch's, which both the operation and the constant may have kept."""
    match = _MODULE.fullmatch(layer.name)
    if match:
        return match[1]
    name: str = _TAIL.sub("", constant.name.removeprefix("self."))
    return name or layer.name


def _is_parameter(layer: Layer) -> bool:
    """A row of numbers, as biases and norms are; a single one is a constant of a formula."""
    if _SMOOTHING in layer.name:  # NNCF moves sizes of activations into weights by it
        return False
    return layer.element in _FLOATS and layer.count > 1 and sum(one > 1 for one in layer.shape) == 1


def _lone(layer: Layer) -> Module:
    return Module(
        name=layer.name,
        kind="norm" if kind_of(layer.name, (1, 1)) == "norm" else "other",
        storage=Storage(type=_FLOATS[layer.element], bits=layer.bits, quantized=False),
        parameters=layer.count,
        size_bytes=layer.size_bytes,
    )


def _makers(info: Mapping[str, str], file: str) -> Iterator[Maker]:
    for key, name in (
        ("nncf/version", "NNCF"),
        ("optimum/optimum_intel_version", "optimum-intel"),
        ("Runtime_version", "OpenVINO"),
    ):
        version = _RELEASE.match(info.get(key, ""))
        if version:
            yield Maker(name=name, version=version[0], file=file)
