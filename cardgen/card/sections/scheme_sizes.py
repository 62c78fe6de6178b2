"""Sizes of models that others quantized, which the bits of their schemes rule out."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.card.facts.consistency import size_below
from cardgen.card.facts.joined import VariantFacts
from cardgen.card.model import Disclosure
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape
from cardgen.card.words.wording import source_link
from cardgen.inherit.facts.schemes import one_scheme, schemes_in


def too_small(fact: VariantFacts, parameters: int, base: Markdown) -> Iterator[Disclosure]:
    """The size of a variant, where all weights at the least bits of its scheme take more.

    Args:
        fact: of the variant.
        parameters: of the base model.
        base: how the card names that.
    """
    scheme = one_scheme(named for named, _start, _end in schemes_in(fact.asked.scheme or ""))
    sized = next((entry for entry in fact.reported if entry.size_mb is not None), None)
    if scheme is None or scheme.least_bits is None or sized is None or sized.size_mb is None:
        return
    least = int(parameters * scheme.least_bits / 8)
    if size_below(sized.size_mb, "MB", least):
        yield Disclosure(
            "bits-bound",
            Markdown(
                f"The size of {code(fact.name)} cannot be right, or its scheme is not. "
                f"{source_link(sized.source)} gives {numbers.reported_megabytes(sized.size_mb)}. {base} has "
                f"{parameters} parameters: at {scheme.least_bits:g} bits for each, the least that "
                f"{escape(scheme.name)} takes, these are {numbers.megabytes(least)}."
            ),
        )
