"""The trials by which the modules that stay FP32 were found, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cardgen.card.facts.joined import VariantFacts
from cardgen.card.plots.axis import Axis, linear_axis
from cardgen.card.plots.frame import SMALL, TOP, draw_key, draw_y_axis
from cardgen.card.plots.model import Drawing, Estimate
from cardgen.card.plots.svg import MARGIN, WIDTH, Box, Picture, Tone
from cardgen.card.plots.text import width
from cardgen.card.plots.told import axis_title, least_span, listed, not_from_zero
from cardgen.card.words import numbers
from cardgen.card.words.markdown import code, escape
from cardgen.card.words.wording import metric_title, scale_of
from cardgen.catalog.metrics import metric_info
from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Scale

_HIGH = 240.0
_LEFT, _RIGHT = 84.0, 96.0
_LINE = 15.0
"""Between two lines of text."""


@dataclass(frozen=True)
class TrialMark:
    """One trial."""

    number: int
    modules: int
    """How many it kept FP32."""
    score: Estimate
    """Where it was stopped early, the best that it could still have come to."""
    outcome: Literal["accepted", "rejected", "stopped"]
    chosen: bool = False


@dataclass(frozen=True)
class Trials:
    """All that a search tried."""

    metric: str
    """Its title."""
    scale: Scale
    higher_is_better: bool
    baseline: Estimate
    limit: Estimate
    """The worst score that keeps to the tolerance."""
    marks: tuple[TrialMark, ...]
    left_out: int = 0
    """Trials that gave no number."""


def trials_of(manifest: Manifest, fact: VariantFacts) -> Trials | None:
    """What was tried for a variant; ``None`` where that is less than two trials."""
    seen = fact.quantized
    if seen is None or seen.tune is None or seen.tune_request is None:
        return None
    tune, scale = seen.tune, scale_of(manifest, seen.tune.metric)
    baseline, limit = (_estimate(value, scale) for value in (tune.baseline, tune.limit))
    if baseline is None or limit is None:
        return None
    marks = []
    for number, candidate in enumerate(tune.candidates, 1):
        stopped = candidate.score is None and candidate.bound is not None
        found = candidate.bound if stopped else candidate.score
        estimate = None if found is None else _estimate(found, scale)
        if estimate is not None:
            outcome: Literal["accepted", "rejected", "stopped"] = "accepted" if candidate.accepted else "rejected"
            chosen = candidate.accepted and set(candidate.fp32_modules) == set(tune.fallback_modules)
            kept = len(candidate.fp32_modules)
            marks.append(TrialMark(number, kept, estimate, "stopped" if stopped else outcome, chosen))
    if len(marks) < 2:
        return None
    return Trials(
        metric=metric_title(tune.metric, seen.tune_request.metric.args),
        scale=scale,
        higher_is_better=metric_info(tune.metric).higher_is_better,
        baseline=baseline,
        limit=limit,
        marks=tuple(marks),
        left_out=len(tune.candidates) - len(marks),
    )


def draw_trials(variant: str, trials: Trials) -> Drawing:
    """Lay out the trials from left to right.

    Args:
        variant: its name.
        trials: two or more.
    """
    alt = (
        f"{trials.metric} of {len(trials.marks)} trials of {variant}, FP32 {trials.baseline.text}, "
        f"tolerated {trials.limit.text}: {listed(_told(mark) for mark in trials.marks)}."
    )
    picture = Picture(f"Trials of {variant}", alt)
    _draw_key(picture, trials)
    box = Box(_LEFT, TOP + 24, WIDTH - MARGIN - _RIGHT, TOP + 24 + _HIGH)
    values = [mark.score.value for mark in trials.marks]
    values += [trials.baseline.value, trials.limit.value]
    axis = linear_axis(values, box.bottom, box.top, least_span=least_span(trials.scale), across="y")
    draw_y_axis(picture, axis, box, axis_title(trials.metric, axis, higher_is_better=trials.higher_is_better))
    picture.line(box.left, box.bottom, box.right, box.bottom, tone="faint")
    _draw_lines(picture, trials, axis, box)
    places = _columns(trials.marks, box)
    picture.path(
        [(x, axis.at(mark.score.value)) for x, mark in zip(places, trials.marks, strict=True)], tone="grid", wide=1.5
    )
    for x, mark in zip(places, trials.marks, strict=True):
        _draw_mark(picture, x, axis.at(mark.score.value), mark, up=not trials.higher_is_better)
    _draw_numbers(picture, trials.marks, places, box.bottom)
    notes = [
        f"{escape(trials.metric)} of the trials for {code(variant)}, with how many modules each kept in FP32.",
        "What is beyond the dashed line keeps to the tolerance.",
        not_from_zero([axis]),
    ]
    if any(mark.outcome == "stopped" for mark in trials.marks):
        notes.append("A triangle is a trial that was stopped early, at the best that it could still have come to.")
    if trials.left_out:
        count = (
            "1 trial that gave no number is" if trials.left_out == 1 else f"{trials.left_out} that gave no number are"
        )
        notes.append(f"{count} not drawn.")
    return Drawing(picture.svg(box.bottom + 54), alt, " ".join(filter(None, notes)))


def _draw_key(picture: Picture, trials: Trials) -> None:
    up = not trials.higher_is_better
    marks = [
        ("chosen", _draw_chosen),
        ("within the tolerance", lambda drawn, x, y: drawn.circle(x, y, tone="variant")),
        ("outside", lambda drawn, x, y: drawn.circle(x, y, tone="variant", hollow=True)),
    ]
    if any(mark.outcome == "stopped" for mark in trials.marks):
        marks.append(("stopped early", lambda drawn, x, y: drawn.triangle(x, y, tone="variant", up=up, hollow=True)))
    draw_key(picture, marks)


def _draw_chosen(picture: Picture, x: float, y: float) -> None:
    picture.circle(x, y, tone="variant", hollow=True, radius=8)
    picture.circle(x, y, tone="variant")


def _draw_mark(picture: Picture, x: float, y: float, mark: TrialMark, *, up: bool) -> None:
    if mark.outcome == "stopped":
        picture.triangle(x, y, tone="variant", up=up, hollow=True)
    elif mark.chosen:
        _draw_chosen(picture, x, y)
    else:
        picture.circle(x, y, tone="variant", hollow=mark.outcome == "rejected")


def _draw_lines(picture: Picture, trials: Trials, axis: Axis, box: Box) -> None:
    """FP32's score and the limit, each named on the right; names that would touch move apart."""
    lines: list[tuple[str, Estimate, Tone, str]] = [
        ("FP32", trials.baseline, "base", ""),
        ("limit", trials.limit, "limit", "6 4"),
    ]
    places = sorted((axis.at(figure.value), at) for at, (_words, figure, _tone, _dashes) in enumerate(lines))
    first, second = places[0][0], places[1][0]
    apart = max(0.0, 2 * _LINE + 4 - (second - first)) / 2
    for (y, at), moved in zip(places, (first - apart, second + apart), strict=True):
        words, figure, tone, dashes = lines[at]
        picture.line(box.left, y, box.right, y, tone=tone, wide=1.5, dashes=dashes)
        for line, text in enumerate((words, figure.text)):
            picture.text(box.right + 8, moved - 2 + line * _LINE, text, tone=tone, size=SMALL, room=_RIGHT)


def _columns(marks: Sequence[TrialMark], box: Box) -> list[float]:
    """Where each trial stands: evenly, whether or not numbers are missing between."""
    step = (box.right - box.left) / len(marks)
    return [box.left + step * (at + 0.5) for at in range(len(marks))]


def _draw_numbers(picture: Picture, marks: Sequence[TrialMark], places: Sequence[float], bottom: float) -> None:
    """Below the trials their numbers, and how many modules each kept; of many, every so manyth."""
    for words, y in (("trial", bottom + 18), ("in FP32", bottom + 18 + _LINE + 3)):
        picture.text(MARGIN, y, words, tone="faint", size=SMALL, room=_LEFT - MARGIN)
    room = max(width(str(text), SMALL) for mark in marks for text in (mark.number, mark.modules)) + 6
    step = (places[-1] - places[0]) / max(1, len(places) - 1)
    every = max(1, -(-int(room * 10) // max(1, int(step * 10))))
    for at in range(0, len(marks), every):
        for text, y in ((marks[at].number, bottom + 18), (marks[at].modules, bottom + 18 + _LINE + 3)):
            picture.text(places[at], y, str(text), anchor="middle", tone="faint", size=SMALL)


def _estimate(value: float, scale: Scale) -> Estimate | None:
    exact = Decimal(str(value))
    if not exact.is_finite():
        return None
    return Estimate(numbers.rescaled(exact, "fraction", scale), numbers.metric(value, scale))


def _told(mark: TrialMark) -> str:
    kept = f"{mark.number} with {mark.modules} in FP32"
    if mark.outcome == "stopped":
        return f"{kept} at best {mark.score.text}, stopped early"
    return (
        f"{kept} {mark.score.text}{', chosen' if mark.chosen else ', tolerated' if mark.outcome == 'accepted' else ''}"
    )
