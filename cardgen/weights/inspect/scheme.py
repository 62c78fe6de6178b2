"""The names that publishers give to schemes: ``W4A16``, ``FP8``, ``NVFP4``, ``INT8``."""

from __future__ import annotations

from collections.abc import Iterable

from cardgen.records.inspection import Activations, Kind, Module, Storage, Use
from cardgen.weights.inspect.modules import UNSTATED

_LAYERS = ("linear", "head", "convolution")
"""Kinds of modules that a scheme is named by: embeddings often have another."""


def uses(modules: Iterable[Module]) -> tuple[Use, ...]:
    """Modules put together by kind and scheme, those of the most parameters first."""
    found: dict[tuple[Kind, Storage, Activations | None], list[Module]] = {}
    for module in modules:
        found.setdefault((module.kind, module.storage, module.activations), []).append(module)
    made = (
        Use(
            kind=kind,
            storage=storage,
            activations=activations,
            modules=tuple(module.name for module in group),
            parameters=sum(module.parameters for module in group),
            size_bytes=sum(module.size_bytes for module in group),
        )
        for (kind, storage, activations), group in found.items()
    )
    return tuple(sorted(made, key=lambda use: (-use.parameters, use.kind, use.storage.type)))


def scheme(storage: Storage, activations: Activations | None) -> str:
    """A short name: of integers by the bits of weights and activations, of others by their type."""
    if not storage.quantized:
        return storage.type
    if storage.type.startswith("INT"):
        return f"W{storage.bits:g}A{activations.bits if activations else 16}"
    if activations is None or activations.type == storage.type or storage.type in ("NVFP4", "MXFP4"):
        return storage.type if activations or not storage.type.startswith("FP8") else f"{storage.type} weights"
    return f"{storage.type} with {activations.type} activations"


def model_scheme(form: str, method: str | None, told: Iterable[Use]) -> str | None:
    """The name of a whole model's scheme: GGUF's recipe; of others what its layers are stored in.

    Args:
        form: of its files, as an inspection has it.
        method: likewise.
        told: its modules by kind and scheme.

    Returns:
        ``None`` where no file says; two schemes as ``W4A16 + W8A16``, that of more weights first.
    """
    if form == "gguf":
        return method
    layers = [use for use in told if use.kind in _LAYERS]
    quantized = [use for use in layers if use.storage.quantized]
    if any(use.storage.type == UNSTATED for use in quantized):
        return None
    names = {scheme(use.storage, use.activations): None for use in quantized or layers[:1]}
    return " + ".join(names) or None


def details(storage: Storage, activations: Activations | None) -> str:
    """The rest of it in words: who shares a scale, zero points, when activations are quantized."""
    told = []
    if storage.per == "group":
        told.append(f"groups of {storage.group_size}")
    elif storage.per == "block" and storage.block:
        told.append("blocks of {} x {}".format(*storage.block))
    elif storage.per:
        told.append(f"per {storage.per}")
    elif storage.quantized:
        told.append("scales not stated")
    if storage.symmetric is not None:
        told.append("symmetric" if storage.symmetric else "asymmetric")
    if activations is not None:
        per = f" per {activations.per}" if activations.per and activations.per != "group" else ""
        per = f" in groups of {activations.group_size}" if activations.group_size else per
        told.append(f"{activations.when} {activations.type} activations{per}")
    return ", ".join(told)
