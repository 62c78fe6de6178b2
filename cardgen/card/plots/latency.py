"""The score of each run of a sweep against its latency, with the Pareto front and the names of what lies on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cardgen.card.plots.axis import Axis, linear_axis
from cardgen.card.plots.frame import BELOW, SMALL, TOP, draw_key, draw_x_axis, draw_y_axis
from cardgen.card.plots.labels import SIZE as LABEL_SIZE
from cardgen.card.plots.labels import placed_labels
from cardgen.card.plots.model import Drawing, Estimate
from cardgen.card.plots.pareto import pareto_front
from cardgen.card.plots.svg import MARGIN, WIDTH, Box, Picture, Tone
from cardgen.card.plots.text import wrapped
from cardgen.card.plots.told import axis_title, least_span, listed, not_from_zero
from cardgen.card.words.markdown import escape
from cardgen.manifest.reported import Scale

MOST_NAMED = 10
"""Runs of the front that have a name."""
_HIGH = 300.0
_LEFT, _ROW, _LINE = 72.0, 20.0, 15.0
_NAMES = 380.0
"""Room of a run's name, which may take two lines."""
_LEAST_MS = Decimal("0.02")
"""Of the greatest latency: what the axis holds at the least."""


@dataclass(frozen=True)
class TimedRun:
    """One run."""

    name: str
    """What sets it apart from the others."""
    score: Estimate
    latency: Estimate
    """Mean, in milliseconds."""
    quantized: bool
    fallen: bool = False
    """Whether its score collapsed: it lies beyond the axis then, so that the others are told apart."""


@dataclass(frozen=True)
class TimedRuns:
    """The runs of a sweep on inputs of one shape."""

    metric: str
    """Its title."""
    scale: Scale
    higher_is_better: bool
    shape: str
    """``batch size 1, input length 128 tokens``."""
    runs: tuple[TimedRun, ...]
    whose: str = ""
    """``reported``, where there is another sweep too or nothing was measured."""
    left_out: int = 0
    """Runs without a score or a time."""


def draw_latency(timed: TimedRuns, variant: str, base: str) -> Drawing:
    """Lay out the points.

    Args:
        timed: two runs or more.
        variant: what a quantized run is, such as ``INT8``; empty where nobody says which are.
        base: what the others are, such as ``FP32``.
    """
    points = [(run.latency.value, run.score.value) for run in timed.runs]
    sound = [at for at, run in enumerate(timed.runs) if not run.fallen]
    found = pareto_front([points[at] for at in sound], higher_is_better=timed.higher_is_better)
    front = [sound[at] for at in found]
    best = [timed.runs[at] for at in front]
    alt = (
        f"{timed.metric} against mean latency of {len(points)} {timed.whose} runs at {timed.shape}. "
        f"On the Pareto front, the fastest first: {listed((_told(run) for run in best), MOST_NAMED)}."
    ).replace("  ", " ")
    if fallen := [run for run in timed.runs if run.fallen]:
        alt += f" Collapsed, beyond the axis: {listed((_told(run) for run in fallen), MOST_NAMED)}."
    picture = Picture(f"{timed.metric} against latency, {timed.shape}", alt)
    _draw_key(picture, timed, variant, base)
    box = Box(_LEFT, TOP + 24, WIDTH - MARGIN - 14, TOP + 24 + _HIGH)
    down = timed.higher_is_better
    inner = Box(box.left, box.top + (0 if down else 16), box.right, box.bottom - (16 if down else 0))
    x_axis = _latency_axis(timed.runs, box)
    shown = [end for run in timed.runs if not run.fallen for end in run.score.ends] or [points[0][1]]
    y_axis = linear_axis(shown, inner.bottom, inner.top, least_span=least_span(timed.scale), across="y")
    draw_y_axis(picture, y_axis, box, axis_title(timed.metric, y_axis, higher_is_better=down))
    draw_x_axis(picture, x_axis, box, axis_title("mean latency (ms)", x_axis, higher_is_better=True))
    places = [_place(run, x_axis, y_axis, box, down=down) for run in timed.runs]
    _draw_front(picture, [places[at] for at in front], box)
    on_front = set(front)
    for at in sorted(range(len(points)), key=lambda at: at in on_front):  # the front lies above the others
        _draw_run(picture, timed.runs[at], places[at], y_axis, many=len(points) > 40, front=at in on_front, down=down)
    named = _spread(len(front), MOST_NAMED)
    numbers = [str(number) for number in range(1, len(named) + 1)]
    for label in placed_labels([places[front[at]] for at in named], numbers, box):
        picture.text(label.x, label.y, label.text, anchor="middle", size=LABEL_SIZE, bold=True, halo=True)
    bottom = _draw_names(picture, [best[at] for at in named], box.bottom + BELOW + 14)
    return Drawing(picture.svg(bottom), alt, _caption(timed, len(front), len(named), (x_axis, y_axis)))


def _caption(timed: TimedRuns, front: int, named: int, axes: tuple[Axis, Axis]) -> str:
    runs = f"{len(timed.runs)} {timed.whose} runs".replace("  ", " ")
    notes = [
        f"{escape(timed.metric)} against mean latency of {runs}, {timed.shape}.",
        "The line is the Pareto front: no run is at least as good and as fast as one on it, and better in either.",
        f"{named} of the {front} runs on it are named, evenly spread." if named < front else "",
        not_from_zero(axes),
    ]
    fallen = [run for run in timed.runs if run.fallen]
    if fallen:
        where = "below" if timed.higher_is_better else "above"
        lie = "lies" if len(fallen) == 1 else "lie"
        texts = listed(run.score.text for run in fallen)
        notes.append(f"What collapsed {lie} {where} the axis, as a triangle: {texts}.")
    if timed.left_out:
        count = f"{timed.left_out} {'run' if timed.left_out == 1 else 'runs'}"
        notes.append(f"{count} without a score or a latency {'is' if timed.left_out == 1 else 'are'} not drawn.")
    return " ".join(filter(None, notes))


def _draw_key(picture: Picture, timed: TimedRuns, variant: str, base: str) -> None:
    hollow = bool(timed.whose)
    marks = []
    if variant:
        marks = [
            (variant, lambda drawn, x, y: drawn.circle(x, y, tone="variant", hollow=hollow)),
            (base, lambda drawn, x, y: drawn.square(x, y, tone="base", hollow=hollow)),
        ]
    else:
        marks = [("a run", lambda drawn, x, y: drawn.circle(x, y, tone="variant", hollow=hollow))]
    if any(run.score.low is not None for run in timed.runs):
        marks.append(("95 % interval", lambda drawn, x, y: drawn.line(x, y - 8, x, y + 8, tone="faint", wide=1.5)))
    marks.append(("Pareto front", lambda drawn, x, y: drawn.line(x - 8, y, x + 8, y, tone="limit", wide=2)))
    draw_key(picture, marks)


def _latency_axis(runs: Sequence[TimedRun], box: Box) -> Axis:
    times = [run.latency.value for run in runs]
    return linear_axis(times, box.left, box.right, least_span=max(times) * _LEAST_MS or Decimal(1))


def _place(run: TimedRun, x_axis: Axis, y_axis: Axis, box: Box, *, down: bool) -> tuple[float, float]:
    beyond = box.bottom - 8 if down else box.top + 8
    return x_axis.at(run.latency.value), beyond if run.fallen else y_axis.at(run.score.value)


def _draw_front(picture: Picture, places: Sequence[tuple[float, float]], box: Box) -> None:
    """Steps: up to the next point's latency, nothing is better than this one."""
    line = [places[0]]
    for x, y in places[1:]:
        line += [(x, line[-1][1]), (x, y)]
    line.append((box.right, line[-1][1]))
    picture.path(line, tone="limit", wide=2)


def _draw_run(
    picture: Picture,
    run: TimedRun,
    place: tuple[float, float],
    axis: Axis,
    *,
    many: bool,
    front: bool,
    down: bool,
) -> None:
    x, y = place
    reported = run.score.low is None
    tone: Tone = "variant" if run.quantized else "base"
    if run.fallen:
        picture.triangle(x, y, tone=tone, up=not down, hollow=reported)
        return
    if run.score.low is not None and run.score.high is not None and (front or not many):
        picture.line(x, axis.at(run.score.low), x, axis.at(run.score.high), tone=tone, wide=1)
    size = 3.0 if many and not front else 4.5
    if run.quantized:
        picture.circle(x, y, tone=tone, hollow=reported, radius=size)
    else:
        picture.square(x, y, tone=tone, hollow=reported, half=size - 0.5)


def _draw_names(picture: Picture, runs: Sequence[TimedRun], top: float) -> float:
    """A line for each run on the front that has a number, and where the picture ends."""
    y = top
    for at, run in enumerate(runs):
        picture.text(MARGIN + 18, y, str(at + 1), anchor="end", size=LABEL_SIZE, bold=True)
        picture.text(WIDTH - MARGIN - 100, y, run.score.text, anchor="end", tone="faint", size=SMALL, room=95)
        picture.text(WIDTH - MARGIN, y, f"{run.latency.text} ms", anchor="end", tone="faint", size=SMALL, room=95)
        first, *more = wrapped(run.name, _NAMES, SMALL)
        for line in [first, *([" ".join(more)] if more else [])]:
            picture.text(MARGIN + 28, y, line, size=SMALL, room=_NAMES)
            y += _LINE
        y += _ROW - _LINE
    return y


def _spread(count: int, most: int) -> list[int]:
    """So many positions of all, evenly, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return [(at * (count - 1) + (most - 1) // 2) // (most - 1) for at in range(most)]


def _told(run: TimedRun) -> str:
    return f"{run.name} {run.score.told} at {run.latency.text} ms"
