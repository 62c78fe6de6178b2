"""What a card says of its own faults: ``<!-- cardgen:disclosed RULE -->`` beside visible words.

The comment alone, which no reader sees, discloses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cardgen.inherit.document import Document, Span
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import visible_stretches
from cardgen.patterns import regex

_COMMENT = regex(r"<!--[ \t]*cardgen:disclosed\b([^<>]{0,400}?)-->")
_ANY_COMMENT = regex(r"<!--[^<>]{0,2000}-->")
_BLOCK_END = regex(
    r"\n(?:[ \t]*\r?\n"  # an empty line
    r"|(?=[ \t]{0,8}(?:[-*+]|\d{1,9}[.)])[ \t])"  # a list item
    r"|(?=[ \t]{0,3}\#{1,6}[ \t])"  # a heading
    r"|(?=[ \t]{0,3}\|))"  # a row of a table
    r"(?:[ \t]{0,3}\#{1,6}[ \t][^\n]*\n)*"  # headings, which belong to no block
)
_REFERENCE = regex(r"^[ \t]{0,3}\[[^\]\n]{1,200}\]:.*$", re.MULTILINE)
_TAG = regex(r"</?[A-Za-z][^<>]{0,500}>")
_HIDDEN = regex(r"<[^<>]{0,500}(?:\bhidden\b|display\s{0,9}:\s{0,9}none|font-size\s{0,9}:\s{0,9}0)", re.IGNORECASE)
_ADDRESS = regex(r"\]\([^()\n]{0,500}\)")
_WORD = regex(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Disclosure:
    """One comment."""

    rules: tuple[str, ...]
    """As written; not all need exist."""
    visible: bool
    """Whether words that a reader sees stand in the same paragraph, list item or row."""
    span: Span


@for_one_card
def find_disclosures(document: Document) -> tuple[Disclosure, ...]:
    """Every disclosing comment of a card's body, outside code."""
    return tuple(_disclosures(document)) if "cardgen:disclosed" in document.source else ()


def _disclosures(document: Document) -> Iterator[Disclosure]:
    for stretch in visible_stretches(document, comments=True):
        for block, start in _blocks(stretch.text):
            if "cardgen:disclosed" not in block:
                continue
            visible: bool | None = None
            for comment in _COMMENT.finditer(block):
                if visible is None:
                    visible = _has_words(block)
                rules = tuple(name for name in re.split(r"[,\s]+", comment[1]) if name)
                at = stretch.start + start
                yield Disclosure(rules, visible, Span(at + comment.start(), at + comment.end()))


def disclosed_rules(document: Document) -> frozenset[str]:
    """The rules whose findings the card tells its readers of."""
    return frozenset(
        rule for disclosure in find_disclosures(document) if disclosure.visible for rule in disclosure.rules
    )


def _blocks(text: str) -> Iterator[tuple[str, int]]:
    start = 0
    for end in _BLOCK_END.finditer(text):
        yield text[start : end.start()], start
        start = end.end()
    yield text[start:], start


def _has_words(block: str) -> bool:
    shown = _ANY_COMMENT.sub(" ", block)
    if _HIDDEN.search(shown):
        return False
    shown = _TAG.sub(" ", _ADDRESS.sub("]", _REFERENCE.sub(" ", shown)))
    return len(_WORD.findall(shown)) > 1


def _hidden(subject: Subject) -> Iterator[Found]:
    for disclosure in find_disclosures(subject.document):
        if not disclosure.visible:
            yield Found(
                disclosure.span,
                "a comment says that the card discloses something, but no words stand beside it",
                "tell the reader in the same paragraph what is wrong",
            )


def _unknown(subject: Subject) -> Iterator[Found]:
    from cardgen.catalog.suggest import remedy_for

    meant = lru_cache(remedy_for)
    for disclosure in find_disclosures(subject.document):
        for name in disclosure.rules:
            if name not in subject.rules:
                remedy = meant(name, subject.rules) or "`cardgen lint --rules` lists the rules"
                yield Found(disclosure.span, f"the card discloses `{name}`, which is no rule", remedy)
        if not disclosure.rules:
            yield Found(disclosure.span, "a disclosing comment names no rule", "name the rule that it is about")


RULES: tuple[Rule, ...] = (
    Rule("disclosure-hidden", "warning", "A disclosing comment without words that a reader sees.", _hidden),
    Rule("disclosure-unknown", "warning", "A disclosing comment that names no rule.", _unknown),
)
