"""Is anything said twice?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from cardgen.inherit.document import Paragraph
from cardgen.lint.finding import Found, Rule, Severity, Subject
from cardgen.patterns import regex

_NAME = regex(r"`[^`\s]{1,300}`")
"""An item that is a name in code, which many lists may hold."""
_SENTENCE = 40
"""Characters from which a paragraph is no mere label that may well stand twice."""


def _headings(subject: Subject) -> Iterator[Found]:
    seen: dict[tuple[tuple[str, ...], int, str], int] = {}
    for section in subject.document.sections:
        heading = section.heading
        if heading is None or not heading.title.strip():
            continue
        key = (section.parents, heading.level, heading.title.casefold().strip())
        if key in seen:
            message = f"the heading `{_short(heading.title)}` stands twice under the same heading"
            remedy = "join the two parts, or tell them apart by their headings"
            yield Found(heading.span, message, remedy, fault=key)
        seen[key] = heading.span.start


def _paragraphs(subject: Subject) -> Iterator[Found]:
    modules = sorted(span.start for claim in subject.facts.fallbacks for _name, span in claim.modules)
    earlier: set[str] = set()
    for section in subject.document.sections:
        here: set[str] = set()
        for block in section.blocks:
            if not isinstance(block, Paragraph):
                continue
            text = " ".join(block.text.casefold().split())
            if not any(char.isalnum() for char in text) or _NAME.fullmatch(block.markdown):
                continue
            if bisect_left(modules, block.span.start) < bisect_left(modules, block.span.end):
                continue  # modules that stayed FP32, of which one that is listed twice is another rule's finding
            if text in here and not (text.endswith(":") and len(text) < _SENTENCE):
                severity: Severity = "warning" if len(text) >= _SENTENCE else "note"
                message = f"`{_short(block.text)}` stands twice in this section"
                yield Found(block.span, message, "leave one out", severity, (section.span, text))
            elif text in earlier and len(text) >= _SENTENCE:
                message = f"`{_short(block.text)}` stands in an earlier section too"
                yield Found(block.span, message, "say it once, where it holds for both", "note", text)
            here.add(text)
        earlier |= here


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"


RULES: tuple[Rule, ...] = (
    Rule("heading-repeated", "warning", "The same heading twice in one place.", _headings),
    Rule("text-repeated", "warning", "The same paragraph or list item twice.", _paragraphs),
)
