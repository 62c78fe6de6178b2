"""Scores that chance would reach too, and how the dataset's labels were taken, which is the likeliest reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cardgen.card.facts.joined import Facts
from cardgen.card.sections.collapse import fell_from
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, introduced
from cardgen.card.words.wording import lowered, scale_of, score_title
from cardgen.records.results.evaluate import Score

_BESIDE = 12
"""Labels that are named in a sentence."""


def label_note(labels: Mapping[str, str]) -> Markdown:
    """Which of the model's labels each label of the dataset was taken for."""
    if all(data == model for data, model in labels.items()):
        named = ", ".join(code(data) for data in labels) if len(labels) <= _BESIDE else f"all {len(labels)}"
        return Markdown(f"Labels of the dataset, which are the model's of the same name: {named}.")
    lead = "Labels of the dataset in the model's terms:"
    return introduced(lead, _pairs(labels), _BESIDE, summary=f"{len(labels)} labels", end=".")


def chance_notes(facts: Facts) -> list[Markdown]:
    """A sentence for each score that is at or below chance, or cannot be told from it, with the labels beside it."""
    notes = []
    for model, labels, scores in _scored(facts):
        for score in scores:
            if score.chance is None or not score.no_better_than_chance:
                continue
            scale = scale_of(facts.manifest, score.metric)
            is_worse = score.value <= score.chance
            notes.append(
                f"No better than chance: {model} has {lowered(score_title(score))} "
                f"{numbers.metric(score.value, scale)} {numbers.interval(score.low, score.high, scale)}, "
                f"{'and' if is_worse else 'which cannot be told from what'} the same answers, dealt to the samples at "
                f"random, would have{':' if is_worse else ','} {numbers.metric(score.chance, scale)}.{_beside(labels)}"
            )
    return [Markdown(note) for note in dict.fromkeys(notes)]


def _scored(facts: Facts) -> Iterator[tuple[str, Mapping[str, str], Sequence[Score]]]:
    """Each model that was scored: what it is called, the labels, and how good it is.

    Of a run of a sweep that fell far below FP32 the card tells just that.
    """
    for fact, _run, seen in facts.quantized:
        labels = seen.predict.result.labels
        yield f"FP32 beside {code(fact.name)}", labels, seen.baseline.scores
        yield code(fact.name), labels, seen.evaluate.scores
    for swept in facts.swept:
        scores = [score for score in swept.evaluate.scores if fell_from(swept, score) is None]
        yield f"the run {code(swept.run.name)}", swept.predict.result.labels, scores


def _beside(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    shown, more = _pairs(labels)[:_BESIDE], len(labels) - _BESIDE
    return f" Labels were taken so: {', '.join(shown)}{f' and {more} more' if more > 0 else ''}."


def _pairs(labels: Mapping[str, str]) -> list[Markdown]:
    return [Markdown(f"{code(data)} is {code(model)}") for data, model in labels.items()]
