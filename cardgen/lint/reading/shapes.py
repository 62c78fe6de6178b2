"""Which well-known model a card is about, and which claims are about one figure's model."""

from __future__ import annotations

from cardgen.catalog.architectures import Architecture, architecture
from cardgen.inherit.facts.model import CardFacts, FallbackClaim, Figure
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


def fallbacks_of(facts: CardFacts, figure: Figure) -> tuple[FallbackClaim, ...]:
    """What is said to have stayed FP32 in the model that a figure is of.

    A claim that names no runtime is left out where the card gives figures of several.
    """
    runtimes = {other.subject.runtime for other in facts.figures if not other.subject.baseline}
    return tuple(
        claim
        for claim in facts.fallbacks
        if may_be_same_model(claim.subject, figure.subject)
        and (claim.subject.runtime == figure.subject.runtime or len(runtimes) < 2)
    )
