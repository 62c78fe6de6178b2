"""Whether a score that depends on the batch is told as a reader will see it: for one sample at a time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cardgen.inherit.document import Paragraph
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.patterns import regex

_TOLD = regex(
    # As `cardgen.card.sections.batch_effect` words it.
    r"Scored one sample at a time, and not (?P<size>\d+), (?P<name>.+) has (?P<metric>.+) "
    r"(?P<single>\N{MINUS SIGN}?[\d.]+) instead of (?P<many>\N{MINUS SIGN}?[\d.]+) "
    r"\(a tenth of the tolerance: (?P<allowed>[\d.]+)\)"
)


def _check_effect(subject: Subject) -> Iterator[Found]:
    for section in subject.document.sections:
        for block in section.blocks:
            told = _TOLD.search(block.text) if isinstance(block, Paragraph) else None
            if told is None:
                continue
            apart = abs(_number(told["single"]) - _number(told["many"]))
            if apart > Decimal(told["allowed"]):
                yield Found(
                    block.span,
                    f"the {told['metric']} of {told['name']} is that of batches of {told['size']}, and {apart} away "
                    f"from what a reader gets who asks for one sample at a time",
                    "leave `evaluation.batch_size` out, so that dynamic INT8 is scored one sample at a time",
                )


def _number(text: str) -> Decimal:
    return Decimal(text.replace("\N{MINUS SIGN}", "-"))


RULES: tuple[Rule, ...] = (
    Rule("batch-effect", "warning", "A score of batches, where single samples are scored otherwise.", _check_effect),
)
