"""Weights beside their scales: compressed-tensors, FP8 and MXFP4 of transformers, NVFP4 of ModelOpt.

Tensors as compressed-tensors 0.19 writes them: ``weight`` in I8 or FP8, ``[outputs, inputs]``, or ``weight_packed``;
``weight_scale`` of one element, ``[outputs, 1]``, ``[outputs, groups]`` or ``[row blocks, column blocks]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen.records.inspection import Activations, Module, Storage
from cardgen.weights.inspect.modules import Parts, kind_of, size_of, unstated
from cardgen.weights.inspect.stated import Stated, number_of, object_of, text_of, texts_of
from cardgen.weights.inspect.tensors import Tensor

_SCALES = ("weight_scale", "weight_scale_inv")
_STATIC = ("input_scale", "input_global_scale", "activation_scale", "input_activation_scale")
_WORD_BITS = 32
_DEFAULT_BITS = 8
"""Of compressed-tensors' QuantizationArgs, whose type is integers where none is given."""
_INTEGERS, _FLOATS = "int", "float"
_WHEN = (True, False, "local")
_STRATEGIES = {"tensor": "tensor", "token": "token", "group": "group", "tensor_group": "group"}


def read(name: str, parts: Parts, stated: Stated) -> Module | None:
    """The module of weights with their scales beside them."""
    scale = next((parts[part] for part in _SCALES if part in parts), None)
    group = _group(name, parts, stated)
    if {"blocks", "scales"} <= parts.keys():
        blocks = parts["blocks"]
        shape: tuple[int, ...] = (*blocks.shape[:-2], blocks.shape[-2] * blocks.shape[-1] * 2)
        storage = _four_bits("MXFP4", shape[-1] // max(blocks.shape[-2], 1))
        return _module(name, "linear", shape, storage, None, parts)
    if scale is None:
        return None
    packed, weight = parts.get("weight_packed"), parts.get("weight")
    if packed is not None and packed.dtype == "I32":
        weights = object_of(group.get("weights"))
        bits = bits_of(weights) if weights else None
        if not bits:
            return unstated(name, parts, packed)
        shape = (packed.shape[0], packed.shape[-1] * _WORD_BITS // bits)
        asymmetric = "weight_zero_point" in parts
        storage = _shared(f"INT{bits}", bits, shape, scale, None, symmetric=not asymmetric)
    elif packed is not None or (weight is not None and weight.dtype == "U8"):
        halves = packed or weight
        assert halves is not None
        shape = (*halves.shape[:-1], halves.shape[-1] * 2)
        storage = _four_bits("MXFP4" if scale.dtype == "U8" else "NVFP4", shape[-1] // max(scale.shape[-1], 1))
    elif weight is not None and (weight.dtype == "I8" or weight.dtype.startswith("F8")):
        shape = weight.shape
        kind = "INT8" if weight.dtype == "I8" else "FP8"
        block = _block(group, stated)
        storage = _shared(kind, 8, shape, scale, block, symmetric="weight_zero_point" not in parts)
    else:
        return None
    return _module(name, kind_of(name, shape), shape, storage, _activations(parts, group, stated, storage), parts)


def _module(
    name: str, kind: Any, shape: tuple[int, ...], storage: Storage, activations: Activations | None, parts: Parts
) -> Module:
    weights = 1
    for length in shape:
        weights *= length
    bias = parts["bias"].count if "bias" in parts else 0
    return Module(
        name=name,
        kind=kind,
        storage=storage,
        activations=activations,
        parameters=weights + bias,
        size_bytes=size_of(parts),
    )


def _four_bits(kind: str, group_size: int) -> Storage:
    return Storage(type=kind, bits=4, quantized=True, per="group", group_size=group_size, symmetric=True)


def _shared(
    kind: str, bits: int, shape: tuple[int, ...], scale: Tensor, told: tuple[int, int] | None, *, symmetric: bool
) -> Storage:
    """By the shape of its scales, how many weights share one; a block is the one that was told, where it fits."""
    storage = Storage(type=kind, bits=bits, quantized=True, per="tensor", symmetric=symmetric)
    if scale.count == 1 or len(shape) < 2:
        return storage
    rows, columns = shape[0], shape[1]
    if scale.shape[0] == rows and scale.count == rows:
        return storage.model_copy(update={"per": "channel"})
    if len(scale.shape) < 2:
        return storage.model_copy(update={"per": None})
    scales = scale.shape[0], scale.shape[1]
    if told is not None and scales == (-(-rows // told[0]), -(-columns // told[1])):
        return storage.model_copy(update={"per": "block", "block": told})
    if scales[0] == rows:
        return storage.model_copy(update={"per": "group", "group_size": -(-columns // scales[1])})
    block = (-(-rows // scales[0]), -(-columns // scales[1]))
    return storage.model_copy(update={"per": "block", "block": block})


def _group(name: str, parts: Parts, stated: Stated) -> Mapping[str, Any]:
    """What the configuration says of this module: of ``config_groups`` the one that names it, or that its tensors fit.

    Targets that are regular expressions are not matched: whoever wrote them could keep a reader busy for ever.
    """
    groups = [object_of(group) for group in object_of(stated.config.get("config_groups")).values()]
    named = [group for group in groups if name in texts_of(group.get("targets"))]
    fitting = [group for group in groups if _fits(object_of(group.get("weights")), parts)]
    return next(iter((*named, *fitting, *groups)), {})


def _fits(weights: Mapping[str, Any], parts: Parts) -> bool:
    """Whether a group's weights have the shapes of these tensors."""
    bits, group_size = number_of(weights.get("num_bits")), number_of(weights.get("group_size"))
    packed, scale = parts.get("weight_packed"), parts.get("weight_scale")
    if packed is not None and packed.dtype == "I32" and scale is not None and bits:
        columns, groups = packed.shape[-1] * _WORD_BITS // bits, scale.shape[-1]
        return groups == 1 if group_size is None else -(-columns // group_size) == groups
    is_float = weights.get("type") == "float"
    if packed is not None:
        return bits == 4 and is_float
    weight = parts.get("weight")
    return bits == 8 and weight is not None and is_float == weight.dtype.startswith("F8")


def _block(group: Mapping[str, Any], stated: Stated) -> tuple[int, int] | None:
    """Rows and columns of a block, as compressed-tensors and transformers write them."""
    told = object_of(group.get("weights")).get("block_structure") or stated.config.get("weight_block_size")
    sizes = [number_of(one) for one in told] if isinstance(told, list) else []
    return (sizes[0], sizes[1]) if len(sizes) == 2 and sizes[0] and sizes[1] else None


def _activations(parts: Parts, group: Mapping[str, Any], stated: Stated, storage: Storage) -> Activations | None:
    told = group.get("input_activations")
    if isinstance(told, dict):
        return activations_of(told)
    static = any(part in parts for part in _STATIC)
    if static and storage.type == "NVFP4":  # one scale for all from calibration, those of groups from what comes
        return Activations(when="dynamic", type="FP4", bits=4, per="group", group_size=storage.group_size)
    scheme = text_of(stated.config.get("activation_scheme"))
    if "weight" in parts and (static or scheme in ("static", "dynamic")):
        kind = "FP8" if parts["weight"].dtype.startswith("F8") else "INT8"
        return Activations(when="static" if static or scheme == "static" else "dynamic", type=kind, bits=8)
    return None


def bits_of(told: Mapping[str, Any]) -> int | None:
    """What ``num_bits`` says; ``None`` where that is no number of bits."""
    bits = number_of(told.get("num_bits", _DEFAULT_BITS))
    return bits if bits is not None and 0 < bits <= _WORD_BITS else None


def activations_of(told: Mapping[str, Any]) -> Activations | None:
    """What ``input_activations`` or ``kv_cache_scheme`` of compressed-tensors says; ``None`` where that makes none."""
    bits, named = bits_of(told), told.get("type", _INTEGERS)
    if not told or bits is None or named not in (_INTEGERS, _FLOATS) or told.get("dynamic", False) not in _WHEN:
        return None
    kind = "FP" if named == _FLOATS else "INT"
    per = _STRATEGIES.get(str(told.get("strategy")))
    return Activations.model_validate(
        {
            "when": "static" if told.get("dynamic", False) is False else "dynamic",
            "type": f"{kind}{bits}",
            "bits": bits,
            "per": per,
            "group_size": number_of(told.get("group_size")) if per == "group" else None,
        }
    )
