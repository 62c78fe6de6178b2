"""Samples and answers that say less than their number: texts that are blank, and answers without their end."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.inherit.document import Paragraph
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.patterns import regex

_BLANK = regex(
    # As `cardgen.card.sections.samples` words it, and what follows.
    r"Of (?P<all>\d+) samples (?P<blank>\d+) (?:has|have) a text that is empty or white space"
)
_CUT = regex(r"Of (?P<all>\d+) answers (?P<cut>\d+ of .+) were cut, at (?P<length>.+): they may lack their end")
_OF = regex(r"(?P<count>\d+) of (?P<name>\S+)")
_MANY = 0.1
"""The share of answers that may be cut: a text as long as is allowed is no fault."""


def _check_blank(subject: Subject) -> Iterator[Found]:
    for block in _paragraphs(subject):
        if told := _BLANK.search(block.text):
            have = "has" if told["blank"] == "1" else "have"
            yield Found(
                block.span,
                f"{told['blank']} of the {told['all']} samples that were scored {have} no text",
                "leave such rows out of the data, or say under `prose` why they belong there",
            )


def _check_cut(subject: Subject) -> Iterator[Found]:
    for block in _paragraphs(subject):
        told = _CUT.search(block.text)
        if told is None:
            continue
        many = [each for each in _OF.finditer(told["cut"]) if int(each["count"]) > _MANY * int(told["all"])]
        if many:
            counts = " and ".join(each[0] for each in many)
            yield Found(
                block.span,
                f"{counts} ended at {told['length']}, of {told['all']} answers: their scores are those of texts "
                "without an end",
                "allow more under `generation.max_length`",
            )


def _paragraphs(subject: Subject) -> Iterator[Paragraph]:
    for section in subject.document.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block


RULES: tuple[Rule, ...] = (
    Rule("blank-texts", "warning", "Samples that were scored though they have no text.", _check_blank),
    Rule("answers-cut", "warning", "More than a tenth of the answers cut at the maximum length.", _check_cut),
)
