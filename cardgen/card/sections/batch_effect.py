"""What a score changes by where samples are scored in batches, and that changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardgen.card.facts.joined import Facts
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code
from cardgen.card.words.wording import lowered, scale_of, score_title
from cardgen.records.results.evaluate import Score

DEFAULT_TOLERANCE = 0.01
"""The relative loss that a variant without a tolerance of its own may be thought to allow."""
SHARE = 0.1
"""Of the tolerance, which a change of the batch may take up before it is worth a warning."""


@dataclass(frozen=True)
class BatchEffect:
    """One metric of one variant, scored in batches and one sample at a time."""

    variant: str
    many: Score
    single: Score
    batch_size: int
    allowed: float
    """A tenth of the tolerance: lint warns of a card that tells of a larger difference."""


def batch_effects(facts: Facts) -> Iterator[BatchEffect]:
    """Every metric of every variant whose score was seen to depend on the batch."""
    for fact, _run, seen in facts.quantized:
        if seen.single is not None:
            for many, single, base in zip(seen.evaluate.scores, seen.single.scores, seen.baseline.scores, strict=True):
                tuned = seen.allowed_loss(base.value)
                allowed = SHARE * (DEFAULT_TOLERANCE * abs(base.value) if tuned is None else tuned)
                yield BatchEffect(fact.name, many, single, seen.predict.request.batch_size, allowed)


def batch_notes(facts: Facts) -> list[Markdown]:
    """A sentence for each."""
    notes = []
    for effect in batch_effects(facts):
        scale = scale_of(facts.manifest, effect.many.metric)
        single, many = (numbers.metric(score.value, scale) for score in (effect.single, effect.many))
        notes.append(
            Markdown(
                f"Scored one sample at a time, and not {effect.batch_size}, {code(effect.variant)} has "
                f"{lowered(score_title(effect.many))} {single} instead of {many} "
                f"(a tenth of the tolerance: {numbers.metric(effect.allowed, scale)})."
            )
        )
    return notes
