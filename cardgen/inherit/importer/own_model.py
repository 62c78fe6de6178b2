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
_THIS = regex(r"\b(?:this|our) (?:model|build|version|quant|repo|checkpoint|artifact)|\bours\b", re.IGNORECASE)
_HARDWARE = regex(
    r"(?<![a-z0-9])(?:[ahblv]\d{2,3}s?|gb\d00|mi\d{3}x?|rtx|gtx|dgx|tesla|jetson|gaudi|xeon|epyc|ryzen"
    r"|graviton\d?|apple m\d|m[1-9] (?:pro|max|ultra)|raspberry pi|[cmgr]\d[a-z]{0,3}\.\d{0,2}(?:x?large|metal)"
    r"|[cg]pu)(?![a-z0-9])",
    re.IGNORECASE,
)
"""On what a model ran, which is no other model."""
_NUMBER = regex(r"[\d.]+[bm]?")


def with_own_figures(card: SourceCard) -> SourceCard:
    """The card without figures of other models in its tables, and without those that differ by hardware alone.

    Args:
        card: the card.
    """
    own = _Own.of(card)
    marked = any(figure.place == "table" and _THIS.search(figure.subject.label) for figure in card.facts.figures)
    in_question = {f.subject.label for f in card.facts.figures if f.place == "table" and not f.subject.baseline}
    others = {label for label in in_question if own.is_none_of(label, beside=marked)}
    figures = tuple(
        figure
        for figure in card.facts.figures
        if figure.place != "table" or figure.subject.baseline or figure.subject.label not in others
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

    def is_none_of(self, label: str, *, beside: bool) -> bool:
        """Whether figures under a label are not the card's model's, or tell of nothing but where it ran."""
        return self.is_another(label) or self.is_hardware(label) or (beside and self.is_beside(label))

    def is_another(self, label: str) -> bool:
        """Whether a label is the name of a model, and not of the card's own in a quantized form."""
        parameters = _parameters(label)
        if not parameters:
            return False
        if self.parameters and not parameters & self.parameters:
            return True
        words = _words(label)
        if self.words and words and not words & self.words:
            return True
        own = any(same_model(label, name) for name in self.names) or _THIS.search(label)
        return not own and not any(schemes_in(label)) and (not names_model(label) or is_baseline(label))

    def is_hardware(self, label: str) -> bool:
        """Whether a label only says on what the model ran: one model, of which figures of several would contradict."""
        return _HARDWARE.search(label) is not None and not names_model(label) and not any(schemes_in(label))

    def is_beside(self, label: str) -> bool:
        """Whether a label stands for somebody else's model, in a card that marks its own as "this build"."""
        own = any(same_model(label, name) for name in self.names) or _THIS.search(label)
        return bool(label) and not own and not any(schemes_in(label))


def _parameters(name: str) -> frozenset[str]:
    return frozenset(found[0].replace(" ", "").lower() for found in _PARAMETERS.finditer(name))


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in words_of(name) if not _NUMBER.fullmatch(word))
