"""Scores of each variant beside its baseline's, with their intervals: a panel and an axis for each metric."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.plots.axis import Axis, linear_axis
from cardgen.card.plots.frame import BELOW, SMALL, TOP, draw_key, draw_x_axis, label_room
from cardgen.card.plots.model import Drawing, Estimate
from cardgen.card.plots.svg import MARGIN, SIZE, WIDTH, Box, Picture, Tone
from cardgen.card.plots.text import all_elided
from cardgen.card.plots.told import axis_title, least_span, listed, not_from_zero
from cardgen.card.words import numbers
from cardgen.card.words.markdown import escape
from cardgen.card.words.wording import metric_title, scale_of, score_title, sentence_list
from cardgen.catalog.metrics import metric_info
from cardgen.manifest.reported import Reported, Scale
from cardgen.records.results.evaluate import Score

MOST_ROWS = 40
"""Variants of a panel: a picture of more would be a table."""
_ROW = 42.0
_HALF = 9.0
"""From the middle of a row to either of its marks."""


@dataclass(frozen=True)
class ScoreRow:
    """One variant."""

    name: str
    variant: Estimate
    baseline: Estimate | None
    reported: bool = False


@dataclass(frozen=True)
class ScorePanel:
    """One metric."""

    title: str
    scale: Scale
    higher_is_better: bool
    rows: tuple[ScoreRow, ...]


def score_panels(facts: Facts) -> tuple[ScorePanel, ...]:
    """What is known of scores, by metric and data; a metric of which only one figure is known is no plot."""
    rows: dict[tuple[str, str], list[ScoreRow]] = {}
    for fact in facts.variants:
        if fact.asked.approach == "none":
            continue
        for title, metric, row in (*_measured(facts, fact), *_reported(facts, fact)):
            rows.setdefault((title, metric), []).append(row)
    panels = (
        ScorePanel(title, scale_of(facts.manifest, metric), metric_info(metric).higher_is_better, tuple(found))
        for (title, metric), found in rows.items()
    )
    return tuple(panel for panel in panels if sum(1 + (row.baseline is not None) for row in panel.rows) > 1)


def draw_scores(panels: Sequence[ScorePanel], variant: str, base: str) -> Drawing:
    """Lay out the panels below each other.

    Args:
        panels: at least one, each with two figures.
        variant: what the variants are, such as ``INT8``.
        base: what the baseline is, such as ``FP32``.
    """
    alt = " ".join(f"{panel.title}: {listed(_told(row, variant, base) for row in panel.rows)}." for panel in panels)
    title = f"Scores, {variant} beside {base}"
    picture = Picture(title, alt)
    reported = any(row.reported for panel in panels for row in panel.rows)
    measured = any(not row.reported for panel in panels for row in panel.rows)
    held = any(row.baseline is not None for panel in panels for row in panel.rows)
    draw_key(
        picture,
        [
            (variant, lambda drawn, x, y: drawn.circle(x, y, tone="variant", hollow=not measured)),
            *([(base, lambda drawn, x, y: drawn.square(x, y, tone="base", hollow=not measured))] if held else []),
            *([("95 % interval", _interval_key)] if measured else []),
        ],
    )
    top, axes = TOP + 8, []
    for panel in panels:
        axis, top = _draw_panel(picture, panel, top)
        axes.append(axis)
    marks = f"{escape(variant)} as circles{f', {base} as squares' if held else ''}" + (
        "; lines are 95 % intervals" if measured else ""
    )
    notes = [f"{marks}.", not_from_zero(axes)]
    if reported:
        notes.insert(1, "Hollow marks are reported figures, which come without an interval.")
    if lower := [panel.title for panel in panels if not panel.higher_is_better]:
        notes.append(f"Less is better in {escape(sentence_list(lower))}.")
    if more := sum(max(0, len(panel.rows) - MOST_ROWS) for panel in panels):
        notes.append(f"{more} more rows are in the table alone.")
    return Drawing(picture.svg(top), alt, " ".join(filter(None, notes)))


def _draw_panel(picture: Picture, panel: ScorePanel, top: float) -> tuple[Axis, float]:
    """One panel, and where the next begins."""
    rows = panel.rows[:MOST_ROWS]
    figures = [(row, each) for row in rows for each in (row.variant, row.baseline) if each is not None]
    labels = label_room([row.name for row in rows], 190)
    left = MARGIN + labels + 12
    texts = label_room([each.text for _row, each in figures], 110, SMALL)
    box = Box(left, top, WIDTH - MARGIN - texts - 12, top + _ROW * len(rows))
    values = [end for _row, each in figures for end in each.ends]
    axis = linear_axis(values, box.left, box.right, least_span=least_span(panel.scale))
    draw_x_axis(picture, axis, box, axis_title(panel.title, axis, higher_is_better=panel.higher_is_better))
    names = all_elided([row.name for row in rows], labels, SIZE)
    for at, (row, name) in enumerate(zip(rows, names, strict=True)):
        middle = top + _ROW * (at + 0.5)
        picture.text(MARGIN, middle + 4.5, name)
        _draw_estimate(picture, axis, row.variant, middle - _HALF, "variant", row.reported)
        if row.baseline is not None:
            _draw_estimate(picture, axis, row.baseline, middle + _HALF, "base", row.reported)
    return axis, box.bottom + BELOW + 12


def _draw_estimate(picture: Picture, axis: Axis, figure: Estimate, y: float, tone: Tone, hollow: bool) -> None:
    x = axis.at(figure.value)
    if figure.low is not None and figure.high is not None:
        low, high = axis.at(figure.low), axis.at(figure.high)
        picture.line(low, y, high, y, tone=tone, wide=1.5)
        picture.line(low, y - 3, low, y + 3, tone=tone, wide=1.5)
        picture.line(high, y - 3, high, y + 3, tone=tone, wide=1.5)
    if tone == "variant":
        picture.circle(x, y, tone=tone, hollow=hollow)
    else:
        picture.square(x, y, tone=tone, hollow=hollow)
    picture.text(WIDTH - MARGIN, y + 4, figure.text, anchor="end", tone=tone, size=SMALL, room=110)


def _interval_key(picture: Picture, x: float, y: float) -> None:
    picture.line(x - 8, y, x + 8, y, tone="faint", wide=1.5)
    picture.line(x - 8, y - 3, x - 8, y + 3, tone="faint", wide=1.5)
    picture.line(x + 8, y - 3, x + 8, y + 3, tone="faint", wide=1.5)


def _told(row: ScoreRow, variant: str, base: str) -> str:
    against = f", {base} {row.baseline.told}" if row.baseline is not None else ""
    return f"{row.name} {variant} {row.variant.told}{against}"


def _measured(facts: Facts, fact: VariantFacts) -> Iterator[tuple[str, str, ScoreRow]]:
    seen = fact.quantized
    if seen is None:
        return
    for score in seen.evaluate.scores:
        scale = scale_of(facts.manifest, score.metric)
        base = next(each for each in seen.baseline.scores if (each.metric, each.args) == (score.metric, score.args))
        variant, baseline = measured_score(score, scale), measured_score(base, scale)
        if variant is not None:
            yield score_title(score), score.metric, ScoreRow(fact.name, variant, baseline)


def measured_score(score: Score, scale: Scale) -> Estimate | None:
    """A measured score as it is shown; ``None`` where it is no number that could be drawn."""
    ends = [numbers.rescaled(Decimal(str(end)), "fraction", scale) for end in (score.value, score.low, score.high)]
    if not all(end.is_finite() for end in ends):
        return None
    value, low, high = ends
    text = numbers.metric(score.value, scale)
    return Estimate(
        value, text, low, high, f"({numbers.metric(score.low, scale)} to {numbers.metric(score.high, scale)})"
    )


def _reported(facts: Facts, fact: VariantFacts) -> Iterator[tuple[str, str, ScoreRow]]:
    for entry in fact.reported:
        if entry.metric is None or entry.value is None:
            continue
        title = metric_title(entry.metric) + _on(entry)
        scale = scale_of(facts.manifest, entry.metric)
        variant, baseline = (
            None if value is None else reported_score(value, entry, scale) for value in (entry.value, entry.baseline)
        )
        assert variant is not None
        name = f"{fact.name}, reported" if fact.quantized is not None else fact.name
        yield title, entry.metric, ScoreRow(name, variant, baseline, reported=True)


def reported_score(value: Decimal, entry: Reported, scale: Scale) -> Estimate:
    """A reported score as it is shown."""
    shown = numbers.rescaled(value, entry.scale, scale)
    return Estimate(shown, numbers.exact(shown))


def _on(entry: Reported) -> str:
    if entry.dataset is None:
        return ""
    parts = [part for part in (entry.dataset.config, entry.dataset.split) if part]
    return f" on {entry.dataset.name}" + (f" ({', '.join(parts)})" if parts else "")
