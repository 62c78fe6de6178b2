"""The modules of a well-known model by the names that cards give them, and what they weigh in FP32."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from cardgen.catalog.architectures import Architecture, architecture


def module_of(shape: Architecture, name: str) -> str | None:
    """A layer with weights by the name that a card gives it; ``None`` where the model has none of that name.

    Checkpoints of one model differ in whether names start with the model's own, as in ``distilbert.transformer…``, and
    Neural Compressor writes ``.module`` behind the name of what it wrapped.
    """
    spellings = _spellings(name)
    for known in spellings:
        if known in shape.modules:
            return known
    shorter = _without_first_part(shape.id)
    return next((shorter[known] for known in spellings if known in shorter), None)


@cache
def _without_first_part(model_id: str) -> Mapping[str, str]:
    """Modules' names without the model's own, to the full ones."""
    shape = architecture(model_id)
    names = [name for name in shape.modules if "." in name] if shape else []
    return {name.partition(".")[2]: name for name in reversed(names)}


def fp32_weights(shape: Architecture, names: Iterable[str]) -> int:
    """Weights that the modules of these names must hold in FP32; names that the model lacks count nothing.

    A matrix that an embedding shares counts nothing either: a file may hold it for the embedding, in INT8.
    """
    shared = {name for group in shape.tied if not shape.embeddings.keys().isdisjoint(group) for name in group}
    modules = {module for name in names if (module := module_of(shape, name)) is not None}
    return shape.weights(modules - shared - shape.embeddings.keys())


def holds(shape: Architecture, name: str) -> bool:
    """Whether the model has a module of this name, or any within it: ``model.decoder.layers.3`` holds several."""
    if module_of(shape, name) is not None:
        return True
    stems = tuple(f".{stem}." for stem in _spellings(name))
    return any(stem in f".{module}." for module in shape.modules for stem in stems)


def _spellings(name: str) -> tuple[str, ...]:
    bare = name.removesuffix(".module")
    shorter = bare.partition(".")[2]
    return (bare, shorter) if shorter else (bare,)
