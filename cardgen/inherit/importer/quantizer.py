"""What made the variants of a card, where that is not the library that a variant's backend runs."""

from __future__ import annotations

from collections.abc import Mapping

from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.makers import maker_claims, makers_named
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.variants import BACKEND, VariantDraft

_OWN: Mapping[str, str] = {"neural-compressor": "Intel Neural Compressor", "onnxruntime": "ONNX Runtime"}
"""A backend to the library that it runs."""


class Quantizers:
    """What quantized the variants of a card.

    Args:
        card: the card.
        ledger: hears what was taken for granted.
    """

    def __init__(self, card: SourceCard, ledger: Ledger) -> None:
        self._claims = tuple(maker_claims(card.document))
        self._named = makers_named(card)
        self._ledger = ledger

    def of(self, variant: VariantDraft) -> str | None:
        """What quantized a variant, where the card says so and it is not the library of the variant's backend.

        Where no sentence says it, the only quantizer that the card names counts, be it in a tag.
        """
        if variant.approach == "none":
            return None
        own = None if variant.elsewhere else _OWN[BACKEND[variant.runtime]]
        for runtime in (variant.runtime, None):
            names = {claim.quantizer for claim in self._claims if claim.runtime == runtime}
            if names:
                return None if own in names or len(names) > 1 else names.pop()
        if len(self._named) != 1 or own in self._named:
            return None
        (name,) = self._named
        self._ledger.add("assumed", f"{variant.name} was made with {name}, the only quantizer that the card names")
        return name
