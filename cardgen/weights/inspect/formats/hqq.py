"""HQQ in safetensors: ``W_q`` with ``scale`` and ``zero``, as transformers 4 saves it."""

from __future__ import annotations

from cardgen.records.inspection import Module, Storage
from cardgen.weights.inspect.modules import Parts, kind_of, size_of, unstated
from cardgen.weights.inspect.stated import Stated, number_of, object_of


def read(name: str, parts: Parts, stated: Stated) -> Module | None:
    """The module of weights that HQQ stored."""
    words, scale = parts.get("W_q"), parts.get("scale")
    if words is None or scale is None:
        return None
    own = object_of(stated.config.get("quant_config"))
    told = object_of(own.get("weight_quant_params")) or object_of(stated.config)
    bits = number_of(told.get("nbits")) or number_of(told.get("bits"))
    if not bits:
        return unstated(name, parts, words)
    weights = words.size_bytes * 8 // bits
    group_size = weights // max(scale.count, 1)
    return Module(
        name=name,
        kind=kind_of(name, (1, weights)),
        storage=Storage(
            type=f"INT{bits}",
            bits=bits,
            quantized=True,
            per="group",
            group_size=group_size,
            symmetric=False,
        ),
        parameters=weights + (parts["bias"].count if "bias" in parts else 0),
        size_bytes=size_of(parts),
    )
