"""What the files of a model hold, in the words that cards and manifests have for it."""

from __future__ import annotations

import re
from typing import Literal

from cardgen.inherit.facts.hub import same_model
from cardgen.inherit.facts.schemes import Scheme
from cardgen.records.inspection import Inspection, Module
from cardgen.weights.inspect.modules import UNSTATED
from cardgen.weights.inspect.scheme import main_scheme as scheme_of_most
from cardgen.weights.inspect.scheme import uses

_LINEAR = ("linear", "head")
_NAMED_FLOATS = frozenset({"NVFP4", "MXFP4", "NF4"})


def quantized_modules(inspection: Inspection) -> list[Module]:
    """The modules whose weights are quantized."""
    return [module for module in inspection.modules if module.storage.quantized]


def linear_modules(inspection: Inspection) -> list[Module]:
    """Linear modules, the head among them."""
    return [module for module in inspection.modules if module.kind in _LINEAR]


def main_scheme(inspection: Inspection) -> str | None:
    """The name of the scheme that most of the quantized weights have, those of Linear modules where there are some.

    GGUF's is that of its recipe. ``None`` where nothing is quantized, or no file says how.
    """
    return scheme_of_most(inspection.format, inspection.method, uses(inspection.modules))


def main_approach(inspection: Inspection) -> Literal["static", "dynamic", "weight-only"] | None:
    """How activations are quantized; ``None`` where nothing is, no file says how, or modules differ."""
    quantized = [module for module in linear_modules(inspection) if module.storage.quantized]
    if any(module.storage.type == UNSTATED for module in quantized):
        return None
    found = {module.activations.when if module.activations else None for module in quantized}
    if len(found) != 1:
        return None
    return found.pop() or "weight-only"


def named_alike(one: str, other: str) -> bool:
    """Whether two names can be of one model: GGUF writes ``Gull 4B`` for ``acme/gull-4b``."""
    plain = [re.sub(r"[\W_]+", "", name.rpartition("/")[2].lower()) for name in (one, other)]
    return same_model(one, other) or plain[0] == plain[1]


def fits_files(scheme: Scheme, inspection: Inspection) -> bool:
    """Whether a name of a scheme can be that of some of the files' Linear modules, of others where none is quantized.

    Embeddings and heads are often kept in more bits: a model is not called by them.
    """
    every = quantized_modules(inspection)
    quantized = [module for module in every if module.kind == "linear"] or every
    if any(module.storage.type == UNSTATED for module in quantized):
        return True  # nobody can say
    if scheme.kind == "blocks" and inspection.format != "gguf":
        return True  # of files of another format beside these
    if inspection.format == "gguf" and str(scheme.bits) in (inspection.method or ""):
        return True  # by the name of its recipe, which falls back to other types where rows are short
    if not any(_fits(scheme, module, inspection.format) for module in quantized):
        return False
    if scheme.activations is None or inspection.method != "compressed-tensors":
        return True
    return scheme.activations in {module.activations.bits if module.activations else 16 for module in quantized}


def _fits(scheme: Scheme, module: Module, form: str) -> bool:
    storage = module.storage
    if int(storage.bits) != scheme.bits:
        return False
    if form == "gguf" or scheme.kind is None:
        return True
    kind = "int" if "INT" in storage.type else "float"
    last = scheme.name.split()[0]
    return scheme.kind == kind and (last not in _NAMED_FLOATS or last == storage.type)
