"""``qweight``, ``qzeros`` and ``scales``: GPTQ, AWQ, and AutoRound, which writes both layouts.

GPTQ packs 32-bit words along the inputs, ``[inputs · bits / 32, outputs]``; AWQ along the outputs, ``[inputs,
outputs · bits / 32]``. ``qzeros`` is ``[groups, outputs · bits / 32]`` and ``scales`` ``[groups, outputs]`` in both, so
that bits follow from shapes.
"""

from __future__ import annotations

from cardgen.records.inspection import Module, Storage
from cardgen.weights.inspect.modules import Parts, kind_of, size_of
from cardgen.weights.inspect.stated import Stated

_WORD_BITS = 32


def read(name: str, parts: Parts, stated: Stated) -> Module | None:
    """The module of packed weights with zero points and scales."""
    words, zeros, scales = (parts.get(part) for part in ("qweight", "qzeros", "scales"))
    if words is None or zeros is None or scales is None or len(words.shape) != 2 or len(scales.shape) != 2:
        return None
    groups, outputs = scales.shape
    bits = zeros.shape[-1] * _WORD_BITS // max(outputs, 1)
    if not bits or not groups:
        return None
    along_inputs = words.shape[1] == outputs
    inputs = words.shape[0] * _WORD_BITS // bits if along_inputs else words.shape[0]
    symmetric = stated.config.get("sym")
    if not isinstance(symmetric, bool):
        zero_point = stated.config.get("zero_point")
        symmetric = not zero_point if isinstance(zero_point, bool) else None
    return Module(
        name=name,
        kind=kind_of(name, (outputs, inputs)),
        storage=Storage(
            type=f"INT{bits}",
            bits=bits,
            quantized=True,
            per="channel" if groups == 1 else "group",
            group_size=None if groups == 1 else -(-inputs // groups),
            symmetric=symmetric,
        ),
        parameters=outputs * inputs + (parts["bias"].count if "bias" in parts else 0),
        size_bytes=size_of(parts),
    )
