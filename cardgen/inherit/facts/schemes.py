"""How texts name the scheme of a quantized model: ``W4A16``, ``FP8``, ``NVFP4``, ``Q4_K_M``, ``INT8``, ``4-bit``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
_WEIGHT_ONLY_FLOATS = frozenset({"NF4"})


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

    def fits(self, other: Scheme) -> bool:
        """Whether both can be names of one scheme."""
        if self.kind == other.kind == "blocks":
            return self.name == other.name
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
