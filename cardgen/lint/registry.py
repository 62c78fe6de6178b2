"""The rules that exist, in the order that documentation lists them."""

from __future__ import annotations

from cardgen.lint.finding import Rule
from cardgen.lint.rules import (
    base_facts,
    batches,
    chance,
    citation,
    data,
    disclosure,
    dropped,
    files,
    identity,
    metadata,
    modules,
    numbers,
    processors,
    recipes,
    samples,
    scores,
    sizes,
    snippets,
    structure,
    sweep,
    text,
    usage,
)

RULES: tuple[Rule, ...] = (
    *metadata.RULES,
    *text.RULES,
    *structure.RULES,
    *numbers.RULES,
    *sizes.RULES,
    *modules.RULES,
    *data.RULES,
    *batches.RULES,
    *chance.RULES,
    *samples.RULES,
    *processors.RULES,
    *sweep.RULES,
    *snippets.RULES,
    *identity.RULES,
    *dropped.RULES,
    *files.RULES,
    *usage.RULES,
    *recipes.RULES,
    *base_facts.RULES,
    *scores.RULES,
    *citation.RULES,
    *disclosure.RULES,
)
