"""torchao in safetensors: ``_weight_qdata`` and ``_weight_scale``, and a JSON a weight in the header's metadata.

As torchao 0.18 with transformers 5 writes them. Integers of four bits and fewer take a whole byte each; their width
stands in the metadata alone. The configuration's ``group_size`` is null whatever the groups are: scales tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cardgen.patterns import regex
from cardgen.records.inspection import Activations, Module, Storage
from cardgen.weights.inspect.modules import Parts, kind_of, size_of
from cardgen.weights.inspect.stated import Stated, object_of

_WIDTH = regex(r"u?int(\d+)")


def read(name: str, parts: Parts, stated: Stated) -> Module | None:
    """The module of weights that torchao stored."""
    data, scale = parts.get("_weight_qdata"), parts.get("_weight_scale")
    if data is None or scale is None:
        return None
    told = _told(stated, f"{name}.weight")
    shape = data.shape
    if data.dtype.startswith("F8"):
        kind, bits = "FP8", 8
    else:
        width = _WIDTH.fullmatch(str(object_of(told.get("target_dtype")).get("_data")))
        bits = int(width[1]) if width else 8
        kind = f"INT{bits}"
    storage = Storage(type=kind, bits=bits, quantized=True, per="tensor", symmetric=_symmetric(stated))
    if scale.count > 1 and len(shape) == 2:
        groups = max(scale.count // shape[0], 1)
        per = {"per": "channel"} if groups == 1 else {"per": "group", "group_size": shape[1] // groups}
        storage = storage.model_copy(update=per)
    return Module(
        name=name,
        kind=kind_of(name, shape),
        storage=storage,
        activations=_activations(told, kind),
        parameters=data.count + (parts["bias"].count if "bias" in parts else 0),
        size_bytes=size_of(parts),
    )


def _told(stated: Stated, weight: str) -> Mapping[str, Any]:
    try:
        found = json.loads(stated.metadata.get(weight, "{}"))
    except (ValueError, RecursionError):
        return {}
    return object_of(object_of(found).get("_data"))


def _symmetric(stated: Stated) -> bool | None:
    default = object_of(object_of(object_of(stated.config.get("quant_type")).get("default")).get("_data"))
    mapping = object_of(default.get("mapping_type")).get("_data")
    return mapping.startswith("SYMMETRIC") if isinstance(mapping, str) else None


def _activations(told: Mapping[str, Any], kind: str) -> Activations | None:
    if told.get("activation_quantization") is None and not object_of(told.get("act_quant_kwargs")):
        return None
    return Activations(when="dynamic", type="FP8" if kind == "FP8" else "INT8", bits=8, per="token")
