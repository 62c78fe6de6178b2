"""The recipe by which a GGUF file says that it was quantized, held against its tensors, which are believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from cardgen.patterns import regex
from cardgen.records.inspection import Module
from cardgen.weights.inspect.gguf.header import Value
from cardgen.weights.inspect.gguf.types import FILE_TYPES

KEY: Final = "general.file_type"

_FLOATING: Final = frozenset({"F32", "F16", "BF16"})
_FAMILY: Final = regex(r"([A-Z]+\d+)")
_INSTEAD: Final[Mapping[str, tuple[str, ...]]] = {
    "Q2": ("Q4",), "Q3": ("Q4",), "Q4": ("Q5",), "Q5": ("Q5",), "Q6": ("Q8",),
    "IQ1": ("Q4", "IQ4"), "IQ2": ("Q4", "IQ4"), "IQ3": ("Q4", "IQ4"), "IQ4": ("Q4", "Q5"),
    "TQ1": ("Q4",), "TQ2": ("Q4",),
}  # fmt: skip
"""What llama.cpp takes where rows are no multiple of 256 weights (``tensor_type_fallback``)."""
_MIXED: Final[Mapping[str, tuple[str, ...]]] = {"IQ1": ("IQ2", "Q2"), "IQ2": ("Q2",), "IQ3": ("IQ2", "Q3")}
"""What recipes of few bits give many of their tensors."""


class Recipe(NamedTuple):
    """What a file says."""

    name: str | None
    """``Q4_K_M``; ``None`` where none is named that fits the tensors."""
    finding: str | None = None


def recipe_of(metadata: Mapping[str, Value], modules: Sequence[Module]) -> Recipe:
    """The recipe of a file, where its tensors can be of it."""
    number = metadata.get(KEY)
    if not isinstance(number, int) or isinstance(number, bool):
        return Recipe(None)
    name = FILE_TYPES.get(number)
    if name is None:
        return Recipe(None, f"its metadata name a recipe that cardgen does not know: {KEY} {number}")
    weights = [module for module in modules if module.kind == "linear"] or [
        module for module in modules if module.kind in ("embedding", "head")
    ]
    types = Counter[str]()
    for module in weights:
        types[module.storage.type] += module.parameters
    quantized = any(module.storage.quantized for module in weights)
    fits = (not quantized) if name in _FLOATING else any(_is_of(name, kind) for kind in types)
    if not types or fits:
        return Recipe(name)
    told = ", ".join(kind for kind, _count in types.most_common())
    return Recipe(None, f"its metadata say {name}, and its weights are stored in {told}")


def _is_of(name: str, kind: str) -> bool:
    family, other = _family(name), _family(kind)
    return other in (family, *_INSTEAD.get(family, ()), *_MIXED.get(family, ()))


def _family(name: str) -> str:
    """``Q4`` of ``Q4_K_M``, ``IQ3`` of ``IQ3_XXS``, ``MXFP4`` of ``MXFP4_MOE``."""
    found = _FAMILY.match(name)
    return found[1] if found else name
