"""How much each module in INT8 disturbs the outputs, the most sensitive first, and which of them stayed FP32."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cardgen.card.facts.joined import VariantFacts
from cardgen.card.plots.axis import Axis, log_axis
from cardgen.card.plots.frame import BELOW, SMALL, TOP, draw_key, draw_x_axis, label_room
from cardgen.card.plots.model import Drawing
from cardgen.card.plots.svg import MARGIN, WIDTH, Box, Picture, Tone
from cardgen.card.plots.text import all_elided, width
from cardgen.card.plots.told import listed
from cardgen.card.words import numbers
from cardgen.card.words.markdown import code

MOST_NAMED = 24
"""Modules with a row of their own."""
_ROW = 20.0
_FIGURES = 78.0


@dataclass(frozen=True)
class RankedModule:
    """One module."""

    name: str
    noise: Decimal | None
    """Squared error of the outputs over their squared size; ``None`` where outputs are no numbers."""
    text: str
    fp32: bool
    """Whether it stayed FP32, by what was saved."""


def ranked_modules(fact: VariantFacts) -> tuple[RankedModule, ...]:
    """The modules of a variant that was tuned, by their sensitivity; nothing where fewer than two were ranked."""
    seen = fact.quantized
    if seen is None or seen.tune is None or seen.tune.ranking is None or len(seen.tune.ranking.modules) < 2:
        return ()
    made = seen.quantize
    kept = {*made.fp32_modules, *made.fp32_embeddings, *made.fp32_convolutions}
    found = []
    for module in seen.tune.ranking.modules:
        noise = None if module.noise is None else Decimal(str(module.noise))
        if noise is None or not noise.is_finite() or noise < 0:
            found.append(RankedModule(module.module, None, "no number", module.module in kept))
        else:
            found.append(RankedModule(module.module, noise, numbers.noise(float(noise)), module.module in kept))
    return tuple(found)


def draw_sensitivity(variant: str, modules: Sequence[RankedModule]) -> Drawing:
    """Lay out a row for each module; of many, one row for those that disturb least.

    Args:
        variant: its name.
        modules: at least two, the most sensitive first.
    """
    each = listed((_told(module) for module in modules), rest="more, which disturb less")
    alt = f"Sensitivity by module of {variant}, each in INT8 unless FP32 is said: {each}."
    picture = Picture(f"Sensitivity of the modules of {variant}", alt)
    draw_key(
        picture,
        [
            ("FP32", lambda drawn, x, y: drawn.square(x, y, tone="base")),
            ("INT8", lambda drawn, x, y: drawn.circle(x, y, tone="variant")),
        ],
    )
    named = modules if len(modules) <= MOST_NAMED + 1 else modules[:MOST_NAMED]
    others = modules[len(named) :]
    names, start = _shortened([module.name for module in named])
    rest = f"{len(others)} others"
    labels = label_room([*names, rest], 270, SMALL)
    left = MARGIN + labels + 12
    rows = len(named) + bool(others)
    box = Box(left, TOP + 4, WIDTH - MARGIN - _FIGURES, TOP + 10 + _ROW * rows)
    known = [module.noise for module in modules if module.noise]
    axis = log_axis(known or [Decimal(1)], box.left, box.right)
    draw_x_axis(picture, axis, box, "squared error of the outputs over their squared size (logarithmic)")
    for at, (module, name) in enumerate(zip(named, all_elided(names, labels, SMALL), strict=True)):
        y = box.top + 3 + _ROW * (at + 0.5)
        picture.text(MARGIN, y + 4, name, size=SMALL)
        _draw_module(picture, axis, module, y)
    if others:
        _draw_others(picture, axis, others, rest, box.bottom - 3 - _ROW / 2)
    notes = [
        f"What each module of {code(variant)} does to the outputs when it alone is in INT8, on a logarithmic axis.",
        "Squares are in FP32 in the files.",
    ]
    if start:
        notes.append(f"Names are without the {code(start)} that all begin with.")
    if others:
        kept = sum(module.fp32 for module in others)
        notes.append(
            f"The last row holds the {len(others)} others, which disturb least; {kept or 'none'} of them in FP32."
        )
    if any(module.noise is None for module in modules):
        notes.append("Where there is no mark, outputs were no numbers.")
    return Drawing(picture.svg(box.bottom + BELOW + 8), alt, " ".join(notes))


def _draw_module(picture: Picture, axis: Axis, module: RankedModule, y: float) -> None:
    tone: Tone = "base" if module.fp32 else "variant"
    if module.noise is not None:
        x = axis.at(module.noise) if module.noise else axis.start
        picture.line(axis.start, y, x, y, tone=tone, wide=1.5)
        if module.fp32:
            picture.square(x, y, tone=tone)
        else:
            picture.circle(x, y, tone=tone)
    picture.text(WIDTH - MARGIN, y + 4, module.text, anchor="end", tone="faint", size=SMALL, room=_FIGURES - 8)


def _draw_others(picture: Picture, axis: Axis, others: Sequence[RankedModule], words: str, y: float) -> None:
    """The span of those that disturb least."""
    picture.text(MARGIN, y + 4, words, size=SMALL, tone="faint")
    known = [module for module in others if module.noise]
    if known:
        ends = sorted(axis.at(module.noise) for module in known if module.noise)
        picture.line(ends[0], y, ends[-1], y, tone="faint", wide=3)
    largest = next((module.text for module in others if module.noise is not None), "")
    if largest and width(f"\N{LESS-THAN OR EQUAL TO} {largest}", SMALL) <= _FIGURES - 8:
        largest = f"\N{LESS-THAN OR EQUAL TO} {largest}"
    picture.text(WIDTH - MARGIN, y + 4, largest, anchor="end", tone="faint", size=SMALL, room=_FIGURES - 8)


def _shortened(names: Sequence[str]) -> tuple[list[str], str]:
    """Names without the leading parts that all have, and these parts."""
    parts = [name.split(".") for name in names]
    common = 0
    while all(len(each) > common + 1 and each[common] == parts[0][common] for each in parts):
        common += 1
    return [".".join(each[common:]) for each in parts], "".join(f"{part}." for part in parts[0][:common])


def _told(module: RankedModule) -> str:
    return f"{module.name} {module.text}{', FP32' if module.fp32 else ''}"
