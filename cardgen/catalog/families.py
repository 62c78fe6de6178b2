"""The families of cards."""

from __future__ import annotations

from collections.abc import Mapping

FAMILIES: Mapping[str, str] = {
    "quantized": "A model quantized in whatever way, next to the model that it was made from.",
    "model-card": "The same, with all sections of a model card (Mitchell et al., 2019).",
    "benchmark": "A sweep over settings: how good and how fast each run is.",
    "onnx-export": "A model exported to ONNX in FP32, with what its own card says.",
}
"""Name to what such a card is about."""

FORMER_NAMES: Mapping[str, str] = {"int8": "quantized"}
"""Names that manifests may still give families by, to what those are called now."""

TEMPLATE_SUFFIXES = (".jinja", ".jinja2", ".j2")
"""What the file name of a user's own template ends in."""

PROSE_SECTIONS: Mapping[str, str] = {
    "summary": "What the model is, in a few sentences.",
    "intended_use": "What it is for, and for whom.",
    "limitations": "What it is not for, and where it is known to fail.",
    "caveats": "What a reader of the figures should know.",
    "notes": "Anything else; headings in it start at level 3.",
}
"""Sections of a card that a person writes, in the card's order."""
