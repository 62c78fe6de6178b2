"""Whether a score is told that other processors need not give."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.inherit.document import Paragraph
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.patterns import regex

_LONGEST = 2_000
_TOLD = regex(
    # As `cardgen.card.sections.saturation` words it.
    r"(?P<name>.+?) (?:was scored on (?P<where>.+?), and )?may score (?:lower|otherwise) on "
    r"(?:x86 processors with(?:out)? VNNI|one that has it)"
)


def _check_saturation(subject: Subject) -> Iterator[Found]:
    for section in subject.document.sections:
        for block in section.blocks:
            told = _TOLD.match(block.text[:_LONGEST]) if isinstance(block, Paragraph) else None
            if told is None:
                continue
            without = told["where"] == "a processor without VNNI"
            yield Found(
                block.span,
                f"the score of {told['name']} is that of {told['where'] or 'some processors'}: its 8-bit products can "
                "exceed 16 bits, and processors without VNNI cut them off there",
                "leave `options.reduce_range` out, so that weights have 7 bits and every processor computes the same",
                severity="warning" if without else "note",
            )


RULES: tuple[Rule, ...] = (
    Rule("saturation", "warning", "A score that depends on whether the processor has VNNI.", _check_saturation),
)
