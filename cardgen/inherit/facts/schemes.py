"""How texts name the scheme of a quantized model: ``W4A16``, ``FP8``, ``NVFP4``, ``Q4_K_M``, ``INT8``, ``4-bit``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cardgen.patterns import regex

Kind = Literal["int", "float", "blocks"]

_LONGEST = 20_000
_NAME = regex(
    r"(?<![A-Za-z0-9])(?:"
    r"(?P<both>W(?P<weights>\d{1,2})[ -]?A(?P<activations>\d{1,2}))"
    r"|(?P<gguf>I?Q(?P<block>[1-8])_(?:[01]|K(?:_(?:XXS|XS|S|M|L|XL))?|XXS|XS|S|M|NL)|TQ[12]_0)"
    r"|(?P<float>(?:NV|MX)?FP(?P<width>[48])|NF(?P<normal>4)|F8_E[45]M[23](?:FN)?)"
    r"|(?P<int>U?INT(?P<size>[2348]))"
    r"|(?P<bits>[2-8])[ -]?bits?(?![ -](?:per|of|groups?|optimi[sz]er|adam|activations?|kv|cache))"
    r")(?![A-Za-z0-9]|\.\d)",
    re.IGNORECASE,
)
SCHEME_WORDS = (
    *(f"{lead}{digit}" for lead in ("w", "q", "int") for digit in range(10)),
    *("fp4", "fp8", "nf4", "f8_e", "bit"),
)
"""Of which every name of a scheme has one, in lower case."""
_WEIGHT_ONLY_FLOATS = frozenset({"NF4"})
_RECIPES: Mapping[str, float] = {
    "IQ1_S": 1.5625, "IQ1_M": 1.5625, "TQ1_0": 1.6875, "TQ2_0": 2.0625, "IQ2_XXS": 2.0625, "IQ2_XS": 2.3125,
    "IQ2_S": 2.3125, "IQ2_M": 2.5625, "Q2_K": 2.625, "Q2_K_S": 2.625, "IQ3_XXS": 2.5625, "IQ3_XS": 3.0625,
    "IQ3_S": 3.4375, "IQ3_M": 3.4375, "Q3_K": 3.4375, "Q3_K_S": 3.4375, "Q3_K_M": 3.4375, "Q3_K_L": 3.4375,
    "IQ4_XS": 4.25, "IQ4_NL": 4.5, "Q4_0": 4.5, "Q4_1": 5.0, "Q4_K": 4.5, "Q4_K_S": 4.5, "Q4_K_M": 4.5,
    "Q5_0": 5.5, "Q5_1": 6.0, "Q5_K": 5.5, "Q5_K_S": 5.5, "Q5_K_M": 5.5, "Q6_K": 6.5625, "Q8_0": 8.5,
}  # fmt: skip
"""llama.cpp's recipes to the bits a weight of the least type that they give a tensor, its scales and minima counted."""
_SCALED_FLOATS: Mapping[str, float] = {"NVFP4": 4.5, "MXFP4": 4.25, "NF4": 4.125}
"""Floating point of four bits with its scales: 8 bits for 16 weights, 8 for 32, and 8 for 64 where quantized twice."""


@dataclass(frozen=True)
class Scheme:
    """A scheme by one of its names."""

    name: str
    """In its usual spelling."""
    bits: int
    """Of a weight."""
    kind: Kind | None = None
    """What weights are: integers, floating-point numbers, or GGUF's blocks; ``None`` where the name leaves it open."""
    activations: int | None = None
    """Bits of the activations, where the name tells them; 16 where they are not quantized."""

    @property
    def weight_only(self) -> bool:
        """Whether the name tells that activations are not quantized."""
        return (self.activations or 0) >= 16 or self.kind == "blocks" or self.name in _WEIGHT_ONLY_FLOATS

    @property
    def least_bits(self) -> float | None:
        """The least that a weight can take, with such scales as its name tells; ``None`` for recipes not known here."""
        if self.kind == "blocks":
            return _RECIPES.get(self.name)
        return _SCALED_FLOATS.get(self.name.split()[0], float(self.bits))

    def fits(self, other: Scheme) -> bool:
        """Whether both can be names of one scheme."""
        if self.kind == other.kind == "blocks":
            return self.name == other.name
        if None not in (self.activations, other.activations) and self.activations != other.activations:
            return False
        return self.bits == other.bits and (None in (self.kind, other.kind) or self.kind == other.kind)


def schemes_in(text: str) -> Iterator[tuple[Scheme, int, int]]:
    """The names of schemes in a text, each with where it starts and ends."""
    for found in _NAME.finditer(text[:_LONGEST]):
        if scheme := _scheme(found):
            yield scheme, found.start(), found.end()


def one_scheme(names: Iterable[Scheme]) -> Scheme | None:
    """The scheme that several names are all of, by those that say most (``INT8 W8A8``); ``None`` where two differ."""
    every = list(dict.fromkeys(names))
    if not every or any(not one.fits(other) for one in every for other in every):
        return None
    kinds = [one for one in every if one.kind is not None]
    both = [one for one in every if one.activations is not None]
    if kinds and both and kinds[0] != both[0]:
        first = kinds[0]
        return Scheme(f"{first.name} {both[0].name}", first.bits, first.kind, both[0].activations)
    return (both or kinds or every)[0]


def _scheme(found: re.Match[str]) -> Scheme | None:
    name = found[0].upper()
    if found["both"]:
        weights, activations = int(found["weights"]), int(found["activations"])
        if not (1 <= weights <= 8 and 4 <= activations <= 32):
            return None
        return Scheme(f"W{weights}A{activations}", weights, None, activations)
    if found["gguf"]:
        return Scheme(name, int(found["block"] or name[2]), "blocks")
    if found["float"]:
        return Scheme(name, int(found["width"] or found["normal"] or 8), "float")
    if found["int"]:
        return Scheme(name, int(found["size"]), "int")
    return Scheme(f"{found['bits']}-bit", int(found["bits"]))
