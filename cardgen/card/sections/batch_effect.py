"""What it does to scores that samples are scored in batches: of INT8, and of models that see padding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardgen.card.facts.joined import Facts
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code
from cardgen.card.words.wording import lowered, scale_of, score_title, sentence_list
from cardgen.records.results.evaluate import Score
from cardgen.records.results.predict import BatchCheck

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
        if seen.single is not None and not seen.predict.result.one_by_one:
            for many, single, base in zip(seen.evaluate.scores, seen.single.scores, seen.baseline.scores, strict=True):
                tuned = seen.allowed_loss(base.value)
                allowed = SHARE * (DEFAULT_TOLERANCE * abs(base.value) if tuned is None else tuned)
                yield BatchEffect(fact.name, many, single, seen.predict.batch_size, allowed)


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


def padding_notes(facts: Facts) -> list[Markdown]:
    """Of each runtime whose FP32 model was to be scored in batches: whether they change what it computes."""
    checks: dict[str, tuple[BatchCheck, list[str]]] = {}
    for fact, _run, seen in facts.quantized:
        check = seen.baseline_predict.result.batch_check
        if check is not None:
            checks.setdefault(fact.runner.runtime_title, (check, []))[1].append(code(fact.name))
    return [Markdown(_told(title, check, names)) for title, (check, names) in checks.items()]


def _told(runtime: str, check: BatchCheck, names: list[str]) -> str:
    compared = f"{check.samples} samples, computed as one padded batch and each alone in FP32 with {runtime}"
    if check.alike:
        outputs = f"outputs that differ by {_share(check.difference)} of their size at the most"
        return (
            f"{compared}, give {outputs if check.difference else 'the same outputs'}: "
            "FP32 scores do not depend on the batch."
        )
    return (
        f"{compared}, give outputs that differ by {_share(check.difference)} of their size: the model sees the padding "
        f"of a batch, so FP32 and {sentence_list(names)} are scored one sample at a time, as a reader should ask too."
    )


def _share(difference: float) -> str:
    return f"{difference:.1g}"
