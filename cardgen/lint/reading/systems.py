"""Which figures of a table are of other systems, that a card puts beside its model: other models, services, people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cardgen.inherit.document import Document
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.facts.words import names_model
from cardgen.patterns import regex

_OTHERS = regex(
    r"\b(?:google|deepl|bing|azure|aws|amazon|yandex|baidu|chatgpt|gpt-?[345]\w*|claude|gemini|humans?|random"
    r"|majority|sota|state[- ]of[- ]the[- ]art|teacher|competitor\w*)\b"
)
_OWN = regex(r"\b(?:this|our|ours|model|models|compressed|optimi[sz]ed|tuned|pruned|student)\b")
_WORD = regex(r"[a-z]{3,}\d*")


def of_other_systems(document: Document, figures: Iterable[Figure], table_of: Mapping[int, int]) -> frozenset[int]:
    """Places of the figures that are of another system than the card's model or its baseline.

    A name is another system's where it is known as one, or where the model stands beside it under its own name.

    Args:
        document: the card.
        figures: of tables.
        table_of: the table that each figure stands in, by its place.
    """
    heads = [section.title for section in document.sections if section.title]
    own_words = frozenset(_WORD.findall(heads[0].lower())) if heads else frozenset()
    known: dict[str, bool] = {}

    def is_own(label: str) -> bool:
        if label not in known:
            lower = label.lower()
            known[label] = bool(
                names_model(label)
                or _OWN.search(lower)
                or label in heads
                or own_words.intersection(_WORD.findall(lower))
            )
        return known[label]

    models = [figure for figure in figures if not figure.subject.baseline]
    named = {
        (table_of[figure.span.start], figure.quantity, figure.dataset)
        for figure in models
        if is_own(figure.subject.label)
    }
    return frozenset(
        figure.span.start
        for figure in models
        if not is_own(figure.subject.label)
        and (
            _OTHERS.search(figure.subject.label.lower())
            or (table_of[figure.span.start], figure.quantity, figure.dataset) in named
        )
    )
