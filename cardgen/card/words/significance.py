"""Whether two models are right equally often: McNemar's test, in words."""

from __future__ import annotations

from cardgen.card.facts.joined import Facts
from cardgen.card.words.markdown import Markdown, code
from cardgen.card.words.wording import lowered, score_title, sentence_list

_SMALLEST = 0.0001


def test_notes(facts: Facts) -> list[Markdown]:
    """A sentence for each variant that has a metric which is a share of samples."""
    notes = []
    for fact, _run, seen in facts.quantized:
        found = [
            f"{lowered(score_title(score))} {_p_value(change.mcnemar_p)}"
            for score, change in zip(seen.evaluate.scores, seen.evaluate.differences, strict=True)
            if change.mcnemar_p is not None
        ]
        if found:
            notes.append(Markdown(f"McNemar's exact test of {code(fact.name)} against FP32: {sentence_list(found)}."))
    return notes


def _p_value(p: float) -> str:
    return f"*p* < {_SMALLEST}" if p < _SMALLEST else f"*p* = {p:.4f}"
