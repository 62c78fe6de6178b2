"""MLX: ``weight`` in U32, ``scales`` and, for affine modes, ``biases``, by groups along the inputs.

As mlx-lm 0.32 writes them. Shapes give bits times group size alone, so that one of both is taken from the
configuration: a module's own entry under ``quantization``, else its top level, which in mixed recipes may fit no
module.
"""

from __future__ import annotations

from cardgen.records.inspection import Module, Storage
from cardgen.weights.inspect.modules import Parts, kind_of, size_of, unstated
from cardgen.weights.inspect.stated import Stated, number_of, object_of, text_of

_WORD_BITS = 32


def read(name: str, parts: Parts, stated: Stated) -> Module | None:
    """The module of weights that MLX stored."""
    weight, scales = parts.get("weight"), parts.get("scales")
    if weight is None or scales is None or weight.dtype != "U32" or len(weight.shape) < 2:
        return None
    groups, packed_bits = max(scales.shape[-1], 1), weight.shape[-1] * _WORD_BITS
    own = object_of(stated.config.get(name))
    bits = number_of(own.get("bits")) or number_of(stated.config.get("bits"))
    told = number_of(own.get("group_size")) or number_of(stated.config.get("group_size"))
    if not bits:
        if not told:
            return unstated(name, parts, weight)
        bits = packed_bits // (groups * told)
    inputs = packed_bits // max(bits, 1)
    shape = (*weight.shape[:-1], inputs)
    mode = text_of(own.get("mode")) or text_of(stated.config.get("mode")) or "affine"
    kind = f"INT{bits}" if mode == "affine" else mode.upper()
    count = 1
    for length in shape:
        count *= length
    return Module(
        name=name,
        kind=kind_of(name, shape) if len(shape) == 2 else "linear",
        storage=Storage(
            type=kind,
            bits=bits,
            quantized=True,
            per="group",
            group_size=inputs // groups,
            symmetric="biases" not in parts,
        ),
        parameters=count + (parts["bias"].count if "bias" in parts else 0),
        size_bytes=size_of(parts),
    )
