"""Sizes of the weights, as bars that begin at zero: each variant, and its baseline below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.plots.axis import linear_axis
from cardgen.card.plots.frame import BELOW, SMALL, TOP, draw_key, draw_x_axis, label_room
from cardgen.card.plots.model import Drawing, Estimate
from cardgen.card.plots.scores import MOST_ROWS
from cardgen.card.plots.svg import MARGIN, SIZE, WIDTH, Box, Picture, Tone
from cardgen.card.plots.text import all_elided
from cardgen.card.plots.told import listed
from cardgen.card.words import numbers
from cardgen.card.words.markdown import escape

_ROW = 42.0
_HIGH = 12.0
"""Of a bar."""
_LEAST = Decimal("0.001")
"""Megabytes that the axis holds at the least."""


@dataclass(frozen=True)
class SizeRow:
    """One variant."""

    name: str
    variant: Estimate
    """In MB."""
    baseline: Estimate | None
    reported: bool = False
    scheme: str | None = None
    """What the variant is, where that is not what all of them are."""


def size_rows(facts: Facts) -> tuple[SizeRow, ...]:
    """What is known of sizes; nothing where that is a single figure."""
    rows = [row for fact in facts.variants if fact.asked.approach != "none" for row in _rows(facts, fact)]
    return tuple(rows) if sum(1 + (row.baseline is not None) for row in rows) > 1 else ()


def draw_sizes(rows: Sequence[SizeRow], variant: str, base: str) -> Drawing:
    """Lay out the bars.

    Args:
        rows: at least one, with two figures in all.
        variant: what the variants are, such as ``INT8``.
        base: what the baseline is, such as ``FP32``.
    """
    alt = f"Size of the weights: {listed(_told(row, variant, base) for row in rows)}."
    picture = Picture("Size of the weights", alt)
    measured = any(not row.reported for row in rows)
    held = any(row.baseline is not None for row in rows)
    draw_key(
        picture,
        [
            (variant, lambda drawn, x, y: drawn.square(x, y, tone="variant", hollow=not measured, half=5)),
            *(
                [(base, lambda drawn, x, y: drawn.square(x, y, tone="base", hollow=not measured, half=5))]
                if held
                else []
            ),
        ],
    )
    drawn = rows[:MOST_ROWS]
    figures = [each for row in drawn for each in (row.variant, row.baseline) if each is not None]
    labels = label_room([row.name for row in drawn], 190)
    left = MARGIN + labels + 12
    room = label_room([each.text for each in figures], 130, SMALL)
    box = Box(left, TOP + 8, WIDTH - MARGIN - room - 8, TOP + 8 + _ROW * len(drawn))
    axis = linear_axis([each.value for each in figures], box.left, box.right, least_span=_LEAST, zero=True)
    draw_x_axis(picture, axis, box, "MB")
    names = all_elided([row.name for row in drawn], labels, SIZE)
    for at, (row, name) in enumerate(zip(drawn, names, strict=True)):
        middle = box.top + _ROW * (at + 0.5)
        picture.text(MARGIN, middle + 4.5, name)
        bars: list[tuple[Estimate | None, float, Tone]] = [
            (row.variant, middle - _HIGH - 1, "variant"),
            (row.baseline, middle + 1, "base"),
        ]
        for figure, top, tone in bars:
            if figure is not None:
                end = axis.at(figure.value)
                picture.bar(box.left, top, end, top + _HIGH, tone=tone, hollow=row.reported)
                picture.text(end + 6, top + 10, figure.text, tone="faint", size=SMALL, room=130)
    kind = "" if len({row.scheme for row in rows}) > 1 else f" ({escape(variant)})"
    beside = f"{kind}, with that of {base} below it" if held else ""
    notes = [f"Size of the weights of each variant{beside}."]
    if any(row.reported for row in rows):
        notes.append("Hollow bars are reported figures.")
    if len(rows) > MOST_ROWS:
        notes.append(f"{len(rows) - MOST_ROWS} more rows are in the table alone.")
    return Drawing(picture.svg(box.bottom + BELOW + 8), alt, " ".join(notes))


def _told(row: SizeRow, variant: str, base: str) -> str:
    against = f", {base} {row.baseline.text}" if row.baseline is not None else ""
    return f"{row.name} {row.scheme or variant} {row.variant.text}{against}"


def _rows(facts: Facts, fact: VariantFacts) -> Iterator[SizeRow]:
    ran = fact.run is not None and fact.quantized is not None
    if fact.inspected is not None and not ran:  # what ran is set beside the baseline that it was scored beside
        base = facts.base_inspected
        yield SizeRow(
            fact.name,
            _of_bytes(fact.inspected.size_bytes),
            _of_bytes(base.size_bytes) if base else None,
            scheme=fact.scheme,
        )
    if fact.run is not None and fact.quantized is not None:
        variant, baseline = fact.quantized.quantize.weight_bytes, fact.run.export.weight_bytes
        yield SizeRow(fact.name, _of_bytes(variant), _of_bytes(baseline))
    for entry in fact.reported:
        if entry.size_mb is None:
            continue
        known = fact.quantized is not None or fact.inspected is not None
        name = f"{fact.name}, reported" if known else fact.name
        told = entry.baseline_size_mb
        reported = Estimate(entry.size_mb, numbers.reported_megabytes(entry.size_mb))
        against = None if told is None else Estimate(told, numbers.reported_megabytes(told))
        yield SizeRow(name, reported, against, reported=True)


def _of_bytes(size: int) -> Estimate:
    return Estimate(Decimal(size) / 10**6, numbers.megabytes(size))
