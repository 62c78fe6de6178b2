"""Variants, runs, datasets and metrics that are gone or new, and what a card is of."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.card.facts.joined import stored_in
from cardgen.catalog.backends import ADOPTED
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import in_both, replaced
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.facts.scores import scores_of
from cardgen.review.diff.rules import change


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What there is, and what there was."""
    yield from _subjects(old, new)
    yield from _datasets(old, new)
    yield from _metrics(old, new)
    one, other = old.state.manifest, new.state.manifest
    if one is None or other is None:
        return
    was_built, is_built = (each.state.evidence is not None and each.state.card is not None for each in (old, new))
    if was_built != is_built:
        yield change("card-built" if is_built else "card-unbuilt", "card")
    yield from replaced("repository-changed", "repo_id", one.repo_id, other.repo_id)
    yield from replaced("task-changed", "task", one.task, other.task)
    yield from replaced("family-changed", "card", one.card, other.card)
    if one.evaluation and other.evaluation:
        asked, now = one.evaluation, other.evaluation
        leads = [each.primary or (each.metrics[0].type if each.metrics else None) for each in (asked, now)]
        yield from replaced("primary-changed", "evaluation.primary", *leads)
        for metric in sorted({*asked.scales, *now.scales}):
            shown = [each.scales.get(metric, "fraction") for each in (asked, now)]
            yield from replaced("scale-changed", f"evaluation.scales.{metric}", *shown, metric=metric)


def _subjects(old: Picture, new: Picture) -> Iterator[Change]:
    for one, other, how in ((old, new, "gone"), (new, old, "new")):
        for place, subject in one.subjects.items():
            if place in other.subjects:
                continue
            if subject.is_run:
                yield change(f"run-{how}", place, variant=subject.name)
            else:
                yield change(f"variant-{how}", place, variant=subject.name, **_what(subject))


def _what(subject: Subject) -> dict[str, Argument]:
    if subject.inspected is not None:
        return {"backend": ADOPTED.name, "approach": stored_in(subject.inspected) or "scheme not stated"}
    if subject.asked is None:
        return {"backend": None, "approach": None}
    return {"backend": subject.asked.backend, "approach": subject.asked.approach}


def _datasets(old: Picture, new: Picture) -> Iterator[Change]:
    one, other = old.evaluated, new.evaluated
    if one is not None and other is not None and not one.is_that_of(other):
        yield change("dataset-gone", "evaluation.dataset", dataset=one.name)
        yield change("dataset-new", "evaluation.dataset", dataset=other.name)
    before, after = _reported_on(old), _reported_on(new)
    for name in sorted(before - after):
        yield change("dataset-gone", "reported.dataset", dataset=name)
    for name in sorted(after - before):
        yield change("dataset-new", "reported.dataset", dataset=name)


def _reported_on(picture: Picture) -> set[str]:
    return {entry.dataset.id or entry.dataset.name for entry in picture.reports if entry.dataset is not None}


def _metrics(old: Picture, new: Picture) -> Iterator[Change]:
    """What is no longer measured, nor reported; where no record stands behind a variant, that says more."""
    for one, other in in_both(old, new):
        if one.fits is False or other.fits is False:
            continue
        for these, those, how in ((one, other, "gone"), (other, one, "new")):
            kept, reported = scores_of(those), {entry.metric for entry in those.reported}
            for key, figure in scores_of(these).items():
                if key not in kept and figure.metric not in reported:
                    told = {"metric": figure.metric, "args": figure.args, "value": figure.score.value}
                    yield change(f"metric-{how}", f"{one.place}.{key}", told, variant=one.name)
