"""bitsandbytes: NF4 and FP4 with their quant_state, and LLM.int8() with its row scales (``SCB``).

As version 0.50 writes them. A four-bit weight is one column of bytes, or of wider numbers where ``quant_storage`` says
so, which look like weights of that type; its shape stands in the values of quant_state, so that parameters are what the
bytes hold.
"""

from __future__ import annotations

from cardgen.records.inspection import Activations, Module, Storage
from cardgen.weights.inspect.modules import Parts, kind_of, size_of
from cardgen.weights.inspect.stated import Stated

_STATE = "weight.quant_state.bitsandbytes__"


def read(name: str, parts: Parts, _stated: Stated) -> Module | None:
    """The module of weights that bitsandbytes stored."""
    weight = parts.get("weight")
    if weight is None:
        return None
    bias = parts["bias"].count if "bias" in parts else 0
    kind = next((part.removeprefix(_STATE).upper() for part in parts if part.startswith(_STATE)), None)
    if kind is not None and "weight.absmax" in parts:
        weights = weight.size_bytes * 2
        group_size = weights // max(parts["weight.absmax"].count, 1)
        storage = Storage(type=kind, bits=4, quantized=True, per="group", group_size=group_size, symmetric=True)
        return Module(
            name=name, kind=kind_of(name, (1, weights)), storage=storage, parameters=weights + bias,
            size_bytes=size_of(parts),
        )  # fmt: skip
    if "SCB" in parts:
        return Module(
            name=name,
            kind=kind_of(name, weight.shape),
            storage=Storage(type="INT8", bits=8, quantized=True, per="channel", symmetric=True),
            # https://arxiv.org/abs/2208.07339: inputs by row, the few columns with outliers in 16 bits
            activations=Activations(when="dynamic", type="INT8", bits=8, per="token"),
            parameters=weight.count + bias,
            size_bytes=size_of(parts),
        )
    return None
