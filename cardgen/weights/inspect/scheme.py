"""The names that publishers give to schemes: ``W4A16``, ``FP8``, ``NVFP4``, ``INT8``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cardgen.records.inspection import Activations, Kind, Module, Storage


@dataclass(frozen=True)
class Use:
    """All modules of one kind that are stored alike."""

    kind: Kind
    storage: Storage
    activations: Activations | None
    modules: tuple[str, ...]
    parameters: int
    size_bytes: int


def uses(modules: Iterable[Module]) -> tuple[Use, ...]:
    """Modules put together by kind and scheme, those of the most parameters first."""
    found: dict[tuple[Kind, Storage, Activations | None], list[Module]] = {}
    for module in modules:
        found.setdefault((module.kind, module.storage, module.activations), []).append(module)
    made = (
        Use(
            *key,
            tuple(module.name for module in group),
            sum(module.parameters for module in group),
            sum(module.size_bytes for module in group),
        )
        for key, group in found.items()
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
