"""Where the files of a model that somebody else made contradict the manifest: neither of the two need be wrong.

A file names the model that its maker had in hand. That may be a copy under another name, or the model that the base
model was itself made from, as what converts to GGUF takes it from the base model's card. So it is told, and no refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.model import Disclosure
from cardgen.card.words.markdown import Markdown, code
from cardgen.card.words.wording import sentence_list
from cardgen.inherit.facts.held import named_alike
from cardgen.patterns import regex
from cardgen.records.inspected import InspectedRecord
from cardgen.weights.inspect.gguf.types import FILE_TYPES

_RULE = "weights-base"
_RECIPE = regex(rf"(?:^|[-._])(?P<recipe>{'|'.join(FILE_TYPES.values())})(?=[-.]|$)", re.IGNORECASE)


def contradictions(facts: Facts) -> Iterator[Disclosure]:
    """What files and manifest say each otherwise, a variant at a time."""
    for fact in facts.variants:
        if fact.inspected is not None:
            yield from _base(facts, fact, fact.inspected)
            yield from _architecture(facts, fact, fact.inspected)
            yield from _recipe(fact, fact.inspected)
    stated, found = facts.manifest.base_model.precision, facts.base_type
    if stated is not None and found is not None and stated != found:
        yield Disclosure(
            _RULE,
            Markdown(
                f"The manifest says that the base model is in {code(stated)}, and its files hold {code(found)}, "
                "which is what this card says."
            ),
        )


def _base(facts: Facts, fact: VariantFacts, record: InspectedRecord) -> Iterator[Disclosure]:
    base = facts.manifest.base_model.id
    if base is None or not record.base_model or any(named_alike(base, name) for name in record.base_model):
        return
    named = sentence_list([code(name) for name in record.base_model])
    yield Disclosure(
        _RULE,
        Markdown(
            f"The files of {code(fact.name)} name {named} as what they were made from, and the publisher names "
            f"{code(base)}. Which of the two it is, cardgen cannot tell."
        ),
    )


def _architecture(facts: Facts, fact: VariantFacts, record: InspectedRecord) -> Iterator[Disclosure]:
    base = facts.base_inspected
    if base is None or base.architecture is None or record.architecture is None or record.format == "gguf":
        return
    if base.architecture != record.architecture:
        yield Disclosure(
            _RULE,
            Markdown(
                f"The files of {code(fact.name)} are of the architecture {code(record.architecture)}, and those of the "
                f"base model of {code(base.architecture)}."
            ),
        )


def _recipe(fact: VariantFacts, record: InspectedRecord) -> Iterator[Disclosure]:
    """By its name a file is chosen, and one that was renamed or overwritten loads all the same."""
    if record.format != "gguf" or record.method not in FILE_TYPES.values():
        return
    name = PurePosixPath(record.weight_files[0]).name
    told = {found["recipe"].upper() for found in _RECIPE.finditer(name)}
    if len(told) == 1 and (other := told.pop()) != record.method:
        yield Disclosure(
            "weights-scheme",
            Markdown(
                f"The file of {code(fact.name)} is called {code(name)}, and holds {code(record.method)} and not "
                f"{code(other)}."
            ),
        )
