"""The names that publishers give to schemes: ``W4A16``, ``FP8``, ``NVFP4``, ``INT8``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def main_scheme(form: str, method: str | None, told: Sequence[Use]) -> str | None:
    """The name of the scheme that most of the quantized weights have, those of layers where there are some.

    GGUF's is that of its recipe.

    Args:
        form: of the files, as an inspection has it.
        method: likewise.
        told: the modules by kind and scheme, those of the most parameters first.

    Returns:
        ``None`` where nothing is quantized, or no file says how.
    """
    quantized = [use for use in told if use.storage.quantized]
    main = next((use for use in quantized if use.kind in _LAYERS), None) or next(iter(quantized), None)
    if main is None or main.storage.type == UNSTATED:
        return None
    return method if form == "gguf" and method else scheme(main.storage, main.activations)


def floating_type(told: Sequence[Use]) -> str | None:
    """The type of most of the weights of layers, where none is quantized: ``BF16``, ``F32``."""
    layers = [use for use in told if use.kind in _LAYERS]
    return None if not layers or any(use.storage.quantized for use in told) else layers[0].storage.type


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
