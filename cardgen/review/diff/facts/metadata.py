"""The front matter of a card, but for its figures: as cardgen makes it, or as it stands in a card of others."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.metadata.fields import build_front_matter
from cardgen.catalog.backends import backend_info
from cardgen.inherit.parse import parse_card
from cardgen.manifest.model import Manifest
from cardgen.plan.layout import variant_folders
from cardgen.records.evidence import Evidence
from cardgen.review.diff.change import Argument
from cardgen.review.state import State

_FIGURES = frozenset({"model-index", "metrics"})
_TOLD_ELSEWHERE = frozenset({"base_model", "pipeline_tag"})
"""Of a card that a manifest makes."""


def metadata_of(state: State, *, trust_manifest: bool) -> Mapping[str, Argument] | None:
    """Key to value; ``None`` where the state has no metadata.

    Args:
        state: the state.
        trust_manifest: whether the manifest says it, where there is one; else the card that lies there.
    """
    if state.manifest is not None and (trust_manifest or state.card is None):
        told = _made(state.manifest, state.evidence)
        return {key: _argument(value) for key, value in told.items() if key not in _FIGURES | _TOLD_ELSEWHERE}
    if state.card is None:
        return None
    front_matter = parse_card(state.card).front_matter
    told = front_matter.data if front_matter else {}
    own = _FIGURES if state.evidence is not None else frozenset()
    return {str(key): _argument(value) for key, value in told.items() if key not in own}


def _made(manifest: Manifest, evidence: Evidence | None) -> Mapping[str, object]:
    """By what was asked for and resolved, whatever was measured."""
    folders = variant_folders(manifest)
    variants = tuple(
        VariantFacts(name, variant, backend_info(variant.backend), folders[name], None, ())
        for name, variant in manifest.variants.items()
    )
    known = evidence.model_copy(update={"reported": ()}) if evidence else Evidence(cardgen="")
    return build_front_matter(Facts(manifest, known, variants))


def _argument(value: object) -> Argument:
    """What JSON can say of it; a list of plain values as one."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list) and all(isinstance(item, bool | int | float | str) for item in value):
        return tuple(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
