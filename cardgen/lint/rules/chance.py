"""Whether a model is better than chance: seldom its fault, and mostly that of how its labels were taken."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.inherit.document import Paragraph
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.patterns import regex

_TOLD = regex(
    # As `cardgen.card.sections.chance` words it.
    r"No better than chance: (?P<model>.+) has (?P<score>.+?) \[.+?\], .+, would have[:,] (?P<chance>[^ ]+[^ .])\."
    r"(?: Labels were taken so: (?P<labels>.+)\.)?"
)


def _check_chance(subject: Subject) -> Iterator[Found]:
    for section in subject.document.sections:
        for block in section.blocks:
            told = _TOLD.search(block.text) if isinstance(block, Paragraph) else None
            if told is None:
                continue
            labels = f"; the labels: {told['labels']}" if told["labels"] else ""
            taken = "look whether each label of the dataset is the model's that it was taken for (`evaluation.labels`)"
            columns = "look whether model and data mean the same by their numbers (`evaluation.columns`)"
            yield Found(
                block.span,
                f"{told['model']} has {told['score']}, which is no better than chance ({told['chance']}){labels}",
                f"{taken if labels else columns}; where FP32 is better than that, quantizing broke the model",
            )


RULES: tuple[Rule, ...] = (Rule("chance", "warning", "A score that chance would reach too.", _check_chance),)
