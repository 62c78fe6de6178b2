"""The names in a manifest that mean something elsewhere, and whether a resolution still says what one of them means."""

from __future__ import annotations

from collections.abc import Collection

from cardgen.manifest.data import DatasetRef
from cardgen.manifest.grid import GRID
from cardgen.manifest.model import BaseModelRef, Manifest
from cardgen.plan.layout import dataset_refs
from cardgen.records.inputs import Resolution

Ref = BaseModelRef | DatasetRef


def resolved_refs(manifest: Manifest, variants: Collection[str]) -> dict[str, Ref]:
    """What must be resolved to run some variants: the resolution's name to the reference; nothing where none is run."""
    if not variants:
        return {}
    return {
        "base_model": manifest.base_model,
        **{name: ref for name, (ref, _split) in dataset_refs(manifest, variants).items()},
    }


def key_of(name: str) -> str:
    """Where a manifest names what the resolution ``name`` is of."""
    if name == "base_model":
        return name
    if name == "evaluation":
        return "evaluation.dataset"
    use, _, variant = name.partition(".")
    return f"benchmark.{use}" if variant == GRID else f"variants.{variant}.{use}"


def answers(resolution: Resolution, ref: Ref) -> bool:
    """Whether a resolution says what a reference means, as far as that can be told without looking anything up.

    What was resolved by a branch's name also answers for the commit that it meant. The content of a local file or
    folder is not looked at.
    """
    source = resolution.source
    if resolution.what != ("model" if isinstance(ref, BaseModelRef) else "dataset"):
        return False
    if ref.path is not None:
        return source.origin == "local"
    named = (source.origin, source.id) == ("hub", ref.id)
    return named and ref.revision in (resolution.requested_revision, source.commit)


def unanswered(resolution: Resolution | None, ref: Ref) -> str:
    """What a resolution that does not answer for a reference was of, in words: ``id was a/b, is a/c``."""
    if resolution is None:
        return f"{ref.path or ref.id} was not looked up"
    source = resolution.source
    if source.origin == "local" or ref.path is not None:
        return f"was {resolution.path or source.id}, is {ref.path or ref.id}"
    if source.id != ref.id:
        return f"id was {source.id}, is {ref.id}"
    was = resolution.requested_revision or f"not named (and meant {source.commit})"
    return f"revision was {was}, is {ref.revision or 'not named'}"
