"""Which tensors of a model belong to one module, and what that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from cardgen.patterns import regex
from cardgen.records.inspection import Kind, Module, Storage
from cardgen.weights.inspect.tensors import BITS, Tensor

UNSTATED: Final = "scheme not stated"
"""The type of weights that are packed, as their tensors show, in a way that no file states."""

Parts = Mapping[str, Tensor]
"""A module's tensors by the rest of their names: ``weight``, ``weight_scale``."""

_OF_WEIGHT: Final = regex(
    r"(.+)\.(weight\.(?:absmax|quant_map|nested_absmax|nested_quant_map|quant_state\.bitsandbytes__\w+))"
)
"""What bitsandbytes keeps beside a weight, under the weight's own name."""
_OF_EXPERTS: Final = regex(r"(.+)_(blocks|scales)")
"""Of modules of many experts, which are one parameter and have no name of their own."""

_EMBEDDING = regex(r"(?:^|\.)(?:\w*embed\w*|w[tp]e|shared|relative_attention_bias)(?:\.|$)", re.IGNORECASE)
_HEAD = regex(r"(?:^|\.)(?:lm_head|classifier|score|qa_outputs|cls|output_projection|embed_out|pooler_head)(?:\.|$)")
_NORM = regex(r"norm|(?:^|\.)ln(?:_|\.|$)|(?:^|\.)bn\d*$", re.IGNORECASE)


def modules_of(tensors: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """Modules by name, in the order of their names with numbers by value, each with its tensors."""
    found: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        match = _OF_WEIGHT.fullmatch(name) or _OF_EXPERTS.fullmatch(name)
        module, part = (match[1], match[2]) if match else _apart(name)
        found.setdefault(module, {})[part] = tensor
    return dict(sorted(found.items(), key=lambda item: natural(item[0])))


def _apart(name: str) -> tuple[str, str]:
    module, _, part = name.rpartition(".")
    return module, part


def natural(name: str) -> list[tuple[int, str]]:
    """A key to sort by: ``layers.2`` before ``layers.10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in name.split(".")]


def kind_of(name: str, shape: tuple[int, ...]) -> Kind:
    """What a module is.

    Args:
        name: of the module.
        shape: of its weights, unpacked.
    """
    if _NORM.search(name):
        return "norm"
    if len(shape) in (3, 4, 5):
        return "convolution"
    if len(shape) != 2:
        return "other"
    if _EMBEDDING.search(name):
        return "embedding"
    return "head" if _HEAD.search(name) else "linear"


def floating(name: str, parts: Parts) -> Module:
    """A module that is stored as it was, in its own type."""
    weight = parts.get("weight") or max(parts.values(), key=lambda tensor: tensor.count)
    return Module(
        name=name,
        kind=kind_of(name, weight.shape) if "weight" in parts else "other",
        storage=Storage(type=weight.dtype, bits=BITS.get(weight.dtype, 8), quantized=False),
        parameters=sum(tensor.count for tensor in parts.values()),
        size_bytes=size_of(parts),
    )


def unstated(name: str, parts: Parts, words: Tensor) -> Module:
    """A module of packed words of which no file says how many weights each holds: the words are counted."""
    bias = parts["bias"].count if "bias" in parts else 0
    return Module(
        name=name,
        kind=kind_of(name, words.shape),
        storage=Storage(type=UNSTATED, bits=BITS.get(words.dtype, 8), quantized=True),
        parameters=words.count + bias,
        size_bytes=size_of(parts),
    )


def size_of(parts: Parts) -> int:
    """Bytes of all of a module's tensors."""
    return sum(tensor.size_bytes for tensor in parts.values())
