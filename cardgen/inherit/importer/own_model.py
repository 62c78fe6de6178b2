"""Which figures of a card's tables are of its own model, and which of others that stand beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cardgen.inherit.document import Heading
from cardgen.inherit.facts.hub import same_model
from cardgen.inherit.facts.schemes import schemes_in
from cardgen.inherit.facts.words import is_baseline, names_model
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.own_id import words_of
from cardgen.patterns import regex

_PARAMETERS = regex(r"(?<![a-z0-9.])\d{1,4}(?:\.\d{1,3})? ?[bm](?![a-z0-9])", re.IGNORECASE)
"""How many parameters a model has, as its name says it, which tells the name of a model from other titles."""
_THIS = regex(r"\b(?:this|our) (?:model|build|version|quant|repo|checkpoint)|\bours\b", re.IGNORECASE)
_NUMBER = regex(r"[\d.]+[bm]?")


def with_own_figures(card: SourceCard) -> SourceCard:
    """The card without figures of other models in its tables: of other families, other sizes, other relatives."""
    own = _Own.of(card)
    figures = tuple(
        figure
        for figure in card.facts.figures
        if figure.place != "table" or figure.subject.baseline or not own.is_another(figure.subject.label)
    )
    return replace(card, facts=card.facts._replace(figures=figures))


@dataclass(frozen=True)
class _Own:
    """By what a card's own model is known."""

    names: tuple[str, ...]
    words: frozenset[str]
    parameters: frozenset[str]

    @staticmethod
    def of(card: SourceCard) -> _Own:
        title = next((block.title for block in card.document.blocks if isinstance(block, Heading)), "")
        names = tuple(filter(None, (title, card.facts.repo_id)))
        every = [*names, *(name for name, _span in card.facts.base_models)]
        return _Own(names, frozenset().union(*map(_words, every)), frozenset().union(*map(_parameters, every)))

    def is_another(self, label: str) -> bool:
        """Whether a label is the name of a model, and not of the card's own in a quantized form."""
        parameters, words = _parameters(label), _words(label)
        if not parameters:
            return False
        if self.parameters and not parameters & self.parameters:
            return True
        if self.words and words and not words & self.words:
            return True
        own = any(same_model(label, name) for name in self.names) or _THIS.search(label)
        return not own and not any(schemes_in(label)) and (not names_model(label) or is_baseline(label))


def _parameters(name: str) -> frozenset[str]:
    return frozenset(found[0].replace(" ", "").lower() for found in _PARAMETERS.finditer(name))


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in words_of(name) if not _NUMBER.fullmatch(word))
