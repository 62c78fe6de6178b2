"""Where a card names the scheme of its own model: title, tags, lists and sentences about the weights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from cardgen.inherit.document import Document, Paragraph, Span
from cardgen.inherit.facts.schemes import Scheme, schemes_in
from cardgen.lint.reading.places import front_place, listed, title_of
from cardgen.patterns import regex

Where = Literal["title", "tags", "list", "text"]

_ITEM = regex(
    r"[\s>*_-]{0,8}(?:weight(?:s|[ -]quanti[sz]ation|[ -]precision|[ -]type)?|quanti[sz]ation(?:[ -](?:type|scheme))?"
    r"|scheme|weight[ -]bits)[\s*_]{0,4}:[\s*_]{0,4}(?P<value>[^\n;,(]{1,60})",
    re.IGNORECASE,
)
_ACTIVATIONS = regex(
    r"[\s>*_-]{0,8}activation(?:s|[ -]quanti[sz]ation|[ -]precision|[ -]type)?[\s*_]{0,4}:[\s*_]{0,4}"
    r"(?P<value>[^\n;,(]{1,60})|\bactivations? (?:are|were|is|was) (?:also |both )?(?:quanti[sz]ed )?(?:to|in|into) "
    r"(?P<text>[^.;,\n]{1,30})",
    re.IGNORECASE,
)
_FLOATING = regex(r"\b(?:none|not quanti[sz]ed|unquanti[sz]ed|b?f(?:p|loat)?16|16)\b", re.IGNORECASE)
_SENTENCE = regex(r"[^.;\n]{1,400}")
_OF_WEIGHTS = regex(
    r"\bweights?\b[^.;\n]{0,20}\b(?:are|were|is|in|to)\b(?P<behind>[^.;,\n]{0,40})"
    r"|\bquanti[sz]ed (?:to|in|into)\b(?P<to>[^.;,\n]{0,30})",
    re.IGNORECASE,
)
_OF_OTHERS = regex(
    r"\b(?:compar\w*|versus|vs|unlike|instead|than|other|also|original|base|embeddings?|heads?|lm_head|kv|cache"
    r"|activations?|some|while|except|but|layers? \d+|not|gradients?|optimi[sz]ers?|if|can|could|may)\b",
    re.IGNORECASE,
)
"""Of sentences that speak of other models, of other parts, or of what could be."""


class Named(NamedTuple):
    """A name of a scheme, and where it stands."""

    scheme: Scheme
    span: Span
    where: Where


def own_schemes(document: Document) -> Iterator[Named]:
    """The names that a card gives the scheme of its own model, those of its title first."""
    title = title_of(document)
    if title is not None and title.level == 1:
        yield from _at(document, title.span, "title")
    for tag, path in listed(document, "tags"):
        for scheme, _start, _end in schemes_in(tag) if isinstance(tag, str) else ():
            yield Named(scheme, front_place(document, *path), "tags")
    for block in document.paragraphs_with("weight", "quanti", "scheme"):
        yield from _in_paragraph(document, block)


class NamedActivations(NamedTuple):
    """What a card says of its model's activations, and where it stands."""

    bits: int
    """16 where they are not quantized."""
    said: str
    span: Span


def own_activations(document: Document) -> Iterator[NamedActivations]:
    """The bits that lists and sentences of a card give the activations of its model."""
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            continue
        text = document.slice(block.span)[:4000]
        for found in _ACTIVATIONS.finditer(text):
            group = "text" if found["value"] is None else "value"
            if group == "value" and text[: found.start()].strip():
                continue  # no item of a list of its own
            bits = {scheme.bits for scheme, _start, _end in schemes_in(found[group])}
            if not bits and _FLOATING.search(found[group]):
                bits = {16}
            if len(bits) == 1:
                said = found[group].strip(" *_`")
                yield NamedActivations(bits.pop(), said, _within(block, *found.span(group)))


def _in_paragraph(document: Document, block: Paragraph) -> Iterator[Named]:
    text = document.slice(block.span)
    if item := _ITEM.match(text):
        yield from _at(document, _within(block, *item.span("value")), "list")
        return
    for sentence in _SENTENCE.finditer(text[:4000]):
        if _OF_OTHERS.search(sentence[0]):
            continue
        for found in _OF_WEIGHTS.finditer(text, sentence.start(), sentence.end()):
            group = "to" if found["behind"] is None else "behind"
            yield from _at(document, _within(block, *found.span(group)), "text")


def _within(block: Paragraph, start: int, end: int) -> Span:
    return Span(block.span.start + start, block.span.start + end)


def _at(document: Document, span: Span, where: Where) -> Iterator[Named]:
    for scheme, start, end in schemes_in(document.slice(span)):
        yield Named(scheme, Span(span.start + start, span.start + end), where)
