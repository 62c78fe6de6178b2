"""Scores that moved, losses, tolerances, and how many samples they are of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import in_both, one_way, relative, replaced
from cardgen.review.diff.facts.answers import Answers
from cardgen.review.diff.facts.asked import Asked
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.facts.scores import Figure, baselines_of, scores_of
from cardgen.review.diff.noise import Estimate, difference, is_noise
from cardgen.review.diff.rules import change

_SAME: Final = 1e-6
"""Of two sums of the same figures."""


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """How good the variants are, and were."""
    told: set[tuple[Argument, ...]] = set()
    answers = Answers(old.state.root, new.state.root)
    elsewhere = old.evaluated is not None and new.evaluated is not None and not old.evaluated.is_part_of(new.evaluated)
    for one, other in in_both(old, new):
        yield from _scores(one, other, answers, elsewhere=elsewhere)
        if not elsewhere:
            yield from _baselines(one, other, told)
        yield from _exports(one, other)


def _scores(one: Subject, other: Subject, answers: Answers, *, elsewhere: bool) -> Iterator[Change]:
    before, after = scores_of(one), scores_of(other)
    # The same answers of FP32 stand in both differences to it, which know more of the samples than scores do.
    paired = _same_baseline(one, other)
    for key in before.keys() & after.keys():
        place = f"{one.place}.{key}"
        was, now = before[key], after[key]
        subject: dict[str, Argument] = {"variant": one.name, "metric": now.metric, "args": now.args}
        if elsewhere:
            yield from replaced("score-elsewhere", place, was.score.value, now.score.value, **subject)
        elif was.score.value != now.score.value:
            found = _difference(was, now, paired=paired)
            rule = "score-better" if _is_better(was, now) else "score-worse"
            suffix = "-within-noise" if is_noise(found) else ""
            moved = change(rule + suffix, place, subject, **_arguments(was, now, found))
            yield replace(moved, beside=_beside(one, other, was, now, answers))
        yield from _losses(place, subject, was, now)
        if _is_limited(one, key) and _is_limited(other, key):
            yield from _tolerances(place, subject, one.asked, other.asked, was, now)
        if was.score.no_better_than_chance != now.score.no_better_than_chance:
            rule = "chance-level" if now.score.no_better_than_chance else "above-chance"
            yield change(rule, place, subject, old=was.score.value, new=now.score.value)
    if one.chain and other.chain and one.chain.score and other.chain.score:
        samples = one.chain.score.result.samples, other.chain.score.result.samples
        yield from one_way("samples-fewer", "samples-more", f"{one.place}.samples", *samples, variant=one.name)


def _same_baseline(one: Subject, other: Subject) -> bool:
    fp32 = [each.chain.baseline if each.chain else None for each in (one, other)]
    answers = [each.answered.artifact if each else None for each in fp32]
    return bool(answers[0]) and answers[0] == answers[1]


def _is_limited(subject: Subject, key: str) -> bool:
    """Whether a tolerance is on this metric: the first of the type that leads."""
    metric = subject.asked.limited if subject.asked else None
    return key == next((each for each, figure in scores_of(subject).items() if figure.metric == metric), None)


def _beside(one: Subject, other: Subject, was: Figure, now: Figure, answers: Answers) -> Mapping[str, Argument]:
    scored = [each.chain.score if each.chain else None for each in (one, other)]
    return answers.beside(scored[0], scored[1], was.score, now.score) if scored[0] and scored[1] else {}


def _is_better(was: Figure, now: Figure) -> bool:
    return (now.score.value > was.score.value) == now.higher_is_better


def _difference(was: Figure, now: Figure, *, paired: bool) -> Estimate:
    before, after = was.against_fp32, now.against_fp32
    whole = difference(now.estimate, was.estimate)
    if paired and before is not None and after is not None and was.baseline == now.baseline:
        found = difference(after, before)
        # Of one baseline, both come to the same; where they do not, the scores are what the card shows.
        if math.isclose(found.value, whole.value, abs_tol=_SAME):
            return found
    return whole


def _arguments(was: Figure, now: Figure, found: Estimate) -> dict[str, Argument]:
    return {
        "old": was.score.value,
        "new": now.score.value,
        "change": now.score.value - was.score.value,
        "relative": relative(was.score.value, now.score.value),
        "low": found.low,
        "high": found.high,
        "old_low": was.score.low,
        "old_high": was.score.high,
        "new_low": now.score.low,
        "new_high": now.score.high,
    }


def _losses(place: str, subject: dict[str, Argument], was: Figure, now: Figure) -> Iterator[Change]:
    """A loss that was noise and is none, or the other way round."""
    losses = [_is_loss(each) for each in (was, now)]
    if losses[0] != losses[1]:
        old, new = (each.difference.value if each.difference else None for each in (was, now))
        yield change("loss-beyond-noise" if losses[1] else "loss-within-noise", place, subject, old=old, new=new)


def _is_loss(figure: Figure) -> bool:
    found = figure.difference
    return found is not None and not found.within_noise and (figure.loss or 0.0) > 0.0


def _tolerances(
    place: str, subject: dict[str, Argument], asked: Asked | None, now_asked: Asked | None, was: Figure, now: Figure
) -> Iterator[Change]:
    """By the tolerance of each state: one that was widened until it is kept is told as such, too."""
    broken = [_breaks(each, figure) for each, figure in ((asked, was), (now_asked, now))]
    if broken[0] is None or broken[1] is None or broken[0] == broken[1]:
        return
    assert asked is not None
    assert now_asked is not None
    yield change(
        "tolerance-broken" if broken[1] else "tolerance-met",
        place,
        **subject,
        old=_lost(asked, was),
        new=_lost(now_asked, now),
        old_allowed=asked.tolerance,
        new_allowed=now_asked.tolerance,
        old_absolute=asked.absolute,
        new_absolute=now_asked.absolute,
    )


def _lost(asked: Asked, figure: Figure) -> float | None:
    """What is lost against FP32, in the terms of the tolerance: negative where something is gained."""
    if figure.loss is None:
        return None
    if asked.absolute:
        return figure.loss
    return figure.loss / abs(figure.baseline.value) if figure.baseline and figure.baseline.value else None


def _breaks(asked: Asked | None, figure: Figure) -> bool | None:
    if asked is None or asked.tolerance is None or (lost := _lost(asked, figure)) is None:
        return None
    return lost > asked.tolerance


def _baselines(one: Subject, other: Subject, told: set[tuple[Argument, ...]]) -> Iterator[Change]:
    """Each once, though several variants share it."""
    before, after = baselines_of(one), baselines_of(other)
    for key in before.keys() & after.keys():
        was, now = before[key], after[key]
        found = difference(now.estimate, was.estimate)
        arguments = _arguments(was, now, found)
        backends = (each.asked.backend if each.asked else None for each in (one, other))
        once = (*backends, key, *arguments.values())
        if was.score.value == now.score.value or once in told:
            continue
        told.add(once)
        rule = "baseline-better" if _is_better(was, now) else "baseline-worse"
        yield change(
            "baseline-within-noise" if is_noise(found) else rule,
            f"{one.place}.baseline.{key}",
            variant=one.name,
            metric=now.metric,
            args=now.args,
            **arguments,
        )


def _exports(one: Subject, other: Subject) -> Iterator[Change]:
    if one.chain is None or other.chain is None or one.chain.compare is None or other.chain.compare is None:
        return
    was, now = one.chain.compare.largest_difference, other.chain.compare.largest_difference
    if was != now:
        rule = "export-further" if now > was else "export-nearer"
        yield change(rule, f"{one.place}.difference", variant=one.name, old=was, new=now)
