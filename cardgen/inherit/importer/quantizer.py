"""What made the variants of a card, where that is not the library that a variant's backend runs."""

from __future__ import annotations

from collections.abc import Mapping

from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.makers import maker_claims, makers_named
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.variants import BACKEND, VariantDraft

_OWN: Mapping[str, str] = {"neural-compressor": "Intel Neural Compressor", "onnxruntime": "ONNX Runtime"}
"""A backend to the library that it runs."""


def made_with(card: SourceCard, variant: VariantDraft, ledger: Ledger) -> str | None:
    """What quantized a variant, where the card says so and it is not the library of the variant's backend.

    Where no sentence says it, the only quantizer that the card names counts, be it in a tag.
    """
    if variant.approach == "none":
        return None
    own = _OWN[BACKEND[variant.runtime]]
    claims = list(maker_claims(card))
    for runtime in (variant.runtime, None):
        names = {claim.quantizer for claim in claims if claim.runtime == runtime}
        if names:
            return None if own in names or len(names) > 1 else names.pop()
    named = makers_named(card)
    if len(named) != 1 or own in named:
        return None
    (name,) = named
    ledger.add("assumed", f"{variant.name} was made with {name}, the only quantizer that the card names")
    return name
