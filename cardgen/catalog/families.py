"""The families of cards."""

from __future__ import annotations

from collections.abc import Mapping

FAMILIES: Mapping[str, str] = {"int8": "A model quantized to INT8, next to the FP32 model that it was made from."}
"""Name to what such a card is about."""

PROSE_SECTIONS: Mapping[str, str] = {
    "summary": "What the model is, in a few sentences.",
    "intended_use": "What it is for, and for whom.",
    "limitations": "What it is not for, and where it is known to fail.",
    "caveats": "What a reader of the figures should know.",
}
"""Sections of a card that a person writes, in the card's order."""
