"""What stands around the marks of a plot: axes with their lines and names, and the key to the marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cardgen.card.plots.axis import Axis
from cardgen.card.plots.svg import MARGIN, SIZE, Box, Picture
from cardgen.card.plots.text import plain, width

SMALL = 12.0
"""Size of letters beside axes."""
KEY = 50.0
"""Where the key of the marks stands."""
TOP = 66.0
"""Where a plot begins, below its title and key."""
BELOW = 42.0
"""What an axis takes below a plot, with its name."""

Mark = Callable[[Picture, float, float], None]
"""Draws a mark around a point."""


def draw_key(picture: Picture, marks: Sequence[tuple[str, Mark]]) -> None:
    """What each mark means, beside each other under the title; in a second line where the first is full."""
    x, y = MARGIN, KEY
    for words, mark in marks:
        mark(picture, x + 7, y - 4.5)
        picture.text(x + 19, y, words, size=SMALL, tone="faint", room=150)
        x += 19 + min(width(plain(words), SMALL), 150) + 18


def draw_x_axis(picture: Picture, axis: Axis, box: Box, title: str) -> None:
    """An axis below a plot, with a line up from each of its ticks."""
    for tick in axis.ticks:
        picture.line(tick.at, box.top, tick.at, box.bottom)
        picture.text(tick.at, box.bottom + 17, tick.label, anchor="middle", tone="faint", size=SMALL)
    picture.line(box.left, box.bottom, box.right, box.bottom, tone="faint")
    picture.text((box.left + box.right) / 2, box.bottom + 35, title, anchor="middle", tone="faint", size=SMALL)


def draw_y_axis(picture: Picture, axis: Axis, box: Box, title: str) -> None:
    """An axis on the left of a plot, with a line across from each of its ticks, and its name above."""
    for tick in axis.ticks:
        picture.line(box.left, tick.at, box.right, tick.at)
        picture.text(box.left - 8, tick.at + 4, tick.label, anchor="end", tone="faint", size=SMALL, room=box.left - 10)
    picture.line(box.left, box.top, box.left, box.bottom, tone="faint")
    picture.text(MARGIN, box.top - 10, title, tone="faint", size=SMALL, room=box.right - MARGIN)


def label_room(labels: Sequence[str], most: float, size: float = SIZE) -> float:
    """How wide a column of labels is, up to a share of the picture."""
    return min(max((width(plain(label), size) for label in labels), default=0.0), most)
