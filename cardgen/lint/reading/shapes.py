"""Which well-known model a card is about, and which claims are about one figure's model."""

from __future__ import annotations

from cardgen.catalog.architectures import Architecture, architecture
from cardgen.inherit.facts.model import CardFacts
from cardgen.inherit.facts.model import Subject as Model
from cardgen.lint.reading.quantities import may_be_same_model
from cardgen.patterns import regex

_OTHER_WIDTHS = tuple(
    regex(pattern)
    for pattern in (
        r"int(?:(?<=\bint)|(?<=\buint))-?[24]\b",
        r"[2-4](?<=\b.)-?bit",
        r"nf4(?<=\bnf4)",
        "gptq",
        r"awq(?<=\bawq)\b",
        "gguf",
        r"prun(?<=\bprun)",
        r"spars(?<=\bspars)",
        "ternary",
    )
)
"""Each starts with the characters that it is known by, so that :mod:`re` can skip to them."""
_HEAD_SHARE = 0.02
_EIGHT_BITS = regex(r"int-?8|\b8-?bit|w8a8")


def known_architecture(facts: CardFacts) -> Architecture | None:
    """The shape of the base model; ``None`` where it is unknown, or where the card names bases of different shape.

    Of bases that differ by little more than a task head, it is the smallest.
    """
    found = [shape for model_id, _span in facts.base_models if (shape := architecture(model_id)) is not None]
    found.sort(key=lambda shape: shape.parameters)
    return found[0] if found and found[-1].parameters <= found[0].parameters * (1 + _HEAD_SHARE) else None


def is_plain_int8(text: str) -> bool:
    """Whether a card speaks of INT8 and of nothing that takes fewer than eight bits a weight."""
    lower = text.lower()
    return _EIGHT_BITS.search(lower) is not None and not any(width.search(lower) for width in _OTHER_WIDTHS)


class Fallbacks:
    """What a card says to have stayed FP32, by the model.

    A claim that names no runtime is left out where the card gives figures of several.
    """

    def __init__(self, facts: CardFacts) -> None:
        self._claims = facts.fallbacks
        self._several = len({figure.subject.runtime for figure in facts.figures if not figure.subject.baseline}) > 1
        self._known: dict[tuple[bool, object], frozenset[str]] = {}

    def modules(self, model: Model) -> frozenset[str]:
        """The modules that are said to have stayed FP32 in a model."""
        key = model.baseline, model.runtime
        if key not in self._known:
            self._known[key] = frozenset(
                name
                for claim in self._claims
                if may_be_same_model(claim.subject, model)
                and (claim.subject.runtime == model.runtime or not self._several)
                for name, _span in claim.modules
            )
        return self._known[key]
