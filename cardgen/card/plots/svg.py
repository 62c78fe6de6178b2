"""A picture as SVG: the same bytes for the same calls, readable on light pages and on dark ones.

Colours stand in attributes, for light pages; a style sheet changes them where a reader prefers dark ones, as browsers
tell a picture too (Media Queries 5, ``prefers-color-scheme``). A page can be dark where the reader's system is not, and
a server can forbid style sheets: so a picture paints its own ground, and is readable whatever is around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, Literal, NamedTuple

from cardgen.card.plots.text import elided, plain, width

Tone = Literal["paper", "ink", "faint", "grid", "variant", "base", "limit"]
Anchor = Literal["start", "middle", "end"]

WIDTH: Final = 640.0
"""Of every picture, in pixels where a page has the room."""
MARGIN: Final = 16.0
SIZE: Final = 13.0
"""Of letters."""
_TITLE_SIZE = 15.0
_COLOURS: Final[Mapping[Tone, tuple[str, str]]] = {
    "paper": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#f0f6fc"),
    "faint": ("#59636e", "#9198a1"),
    "grid": ("#d1d9e0", "#3d444d"),
    "variant": ("#0969da", "#58a6ff"),
    "base": ("#bc4c00", "#f0883e"),
    "limit": ("#1a7f37", "#3fb950"),
}
"""On light and on dark pages. What is drawn with ink, faint, variant, base or limit is told from the paper by 4.5 : 1;
variant and base are told apart by people who do not see red or green, and by their shapes."""
_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif"


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two have more than an edge in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies within."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


class Picture:
    """Takes what is drawn, and gives the SVG."""

    def __init__(self, title: str, description: str) -> None:
        """Begin.

        Args:
            title: what it shows, in a few words.
            description: what it says, for those who do not see it.
        """
        self._title, self._description = plain(title), plain(description)
        self._parts: list[str] = []
        self.text(MARGIN, 27, self._title, size=_TITLE_SIZE, bold=True, room=WIDTH - 2 * MARGIN)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: Anchor = "start",
        tone: Tone = "ink",
        size: float = SIZE,
        bold: bool = False,
        room: float | None = None,
        halo: bool = False,
    ) -> None:
        """A line of text whose base line is at ``y``; it keeps to its room, and to the picture.

        With a halo it is told from the lines that it stands on.
        """
        shown = elided(plain(words), min(room or WIDTH, WIDTH - 2), size, bold=bold)
        wide = width(shown, size, bold=bold)
        before = {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        x = min(max(x, before + 1), WIDTH - 1 - (wide - before))
        more = "" if anchor == "start" else f' text-anchor="{anchor}"'
        more += "" if size == SIZE else f' font-size="{number(size)}"'
        more += ' font-weight="600"' if bold else ""
        more += ' paint-order="stroke"' + _paint(tone, "paper", 3) if halo else _paint(tone)
        self._parts.append(f'<text x="{number(x)}" y="{number(y)}"{more}>{_escaped(shown)}</text>')

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, tone: Tone = "grid", wide: float = 1, dashes: str = ""
    ) -> None:
        """A straight line."""
        self.path(((x1, y1), (x2, y2)), tone=tone, wide=wide, dashes=dashes)

    def path(self, points: Sequence[tuple[float, float]], *, tone: Tone, wide: float = 1, dashes: str = "") -> None:
        """A line through some points."""
        through = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._parts.append(f'<path d="M{through}"{_paint(None, tone, wide)}{dashed}/>')

    def bar(self, left: float, top: float, right: float, bottom: float, *, tone: Tone, hollow: bool = False) -> None:
        """A rectangle."""
        across = f'width="{number(max(right - left, 0))}" height="{number(bottom - top)}"'
        self._parts.append(f'<rect x="{number(left)}" y="{number(top)}" {across}{_filled(tone, hollow)}/>')

    def circle(self, x: float, y: float, *, tone: Tone, hollow: bool = False, radius: float = 4.5) -> None:
        """A circle."""
        at = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
        self._parts.append(f"<circle {at}{_filled(tone, hollow)}/>")

    def square(self, x: float, y: float, *, tone: Tone, hollow: bool = False, half: float = 4) -> None:
        """A square around a point."""
        self.bar(x - half, y - half, x + half, y + half, tone=tone, hollow=hollow)

    def triangle(self, x: float, y: float, *, tone: Tone, up: bool, hollow: bool = False) -> None:
        """A triangle around a point, which points up or down."""
        tip, foot = (y - 5, y + 4) if up else (y + 5, y - 4)
        corners = f"M{number(x)} {number(tip)}L{number(x + 5)} {number(foot)}L{number(x - 5)} {number(foot)}Z"
        self._parts.append(f'<path d="{corners}"{_filled(tone, hollow)}/>')

    def svg(self, height: float) -> str:
        """The file's text.

        Args:
            height: of the picture.
        """
        high = number(height)
        dark = "".join(
            f".f-{tone}{{fill:{dark}}}.s-{tone}{{stroke:{dark}}}" for tone, (_light, dark) in _COLOURS.items()
        )
        across = f'width="{number(WIDTH)}" height="{high}"'
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {across} viewBox="0 0 {number(WIDTH)} {high}" role="img"',
            f' font-family="{_FONT}" font-size="{number(SIZE)}">',
            f"<title>{_escaped(self._title)}</title>",
            f"<desc>{_escaped(self._description)}</desc>",
            f"<style>@media (prefers-color-scheme:dark){{{dark}}}</style>",
            f'<rect {across} rx="6"{_paint("paper")}/>',
            *self._parts,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """A coordinate, to a tenth of a pixel: ``12``, ``12.5``."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _escaped(text: str) -> str:
    return escape(text, quote=False)


def _paint(fill: Tone | None, stroke: Tone | None = None, wide: float = 1) -> str:
    """Attributes for the colours of a mark, and the classes by which a style sheet changes them."""
    classes = [f"f-{fill}"] if fill else []
    more = f' fill="{_COLOURS[fill][0]}"' if fill else ' fill="none"'
    if stroke:
        classes.append(f"s-{stroke}")
        more += f' stroke="{_COLOURS[stroke][0]}" stroke-width="{number(wide)}"'
    return f' class="{" ".join(classes)}"{more}'


def _filled(tone: Tone, hollow: bool) -> str:
    """Of a shape: full, or an edge around the paper."""
    return _paint("paper", tone, 1.5) if hollow else _paint(tone)
