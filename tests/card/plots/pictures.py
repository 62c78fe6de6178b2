"""What a picture holds, read from its SVG: its texts with the room that they take, and all its coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from cardgen.card.plots.text import width

SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Text:
    """A line of text, and the box around it."""

    words: str
    left: float
    top: float
    right: float
    bottom: float
    halo: bool

    def covers(self, other: Text) -> bool:
        """Whether two lines of text share room."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


class Seen:
    """A picture as a reader of XML sees it."""

    def __init__(self, svg: str) -> None:
        self.root = ElementTree.fromstring(svg)
        self.size = tuple(float(part) for part in self.root.attrib["viewBox"].split()[2:])
        self.title = self.root.findtext(f"{SVG}title") or ""
        self.description = self.root.findtext(f"{SVG}desc") or ""

    @property
    def texts(self) -> list[Text]:
        """Every line of text that is drawn."""
        return [_text(element) for element in self.root.iter(f"{SVG}text")]

    def points(self) -> Iterator[tuple[float, float]]:
        """Corners and middles of all that is drawn but text, with what a circle reaches."""
        for element in self.root.iter():
            given = element.attrib
            if element.tag == f"{SVG}rect":
                x, y = float(given.get("x", 0)), float(given.get("y", 0))
                yield from ((x, y), (x + float(given["width"]), y + float(given["height"])))
            elif element.tag == f"{SVG}circle":
                x, y, radius = (float(given[name]) for name in ("cx", "cy", "r"))
                yield from ((x - radius, y - radius), (x + radius, y + radius))
            elif element.tag == f"{SVG}path":
                numbers = [float(number) for number in _NUMBER.findall(given["d"])]
                yield from zip(numbers[::2], numbers[1::2], strict=True)


def _text(element: ElementTree.Element) -> Text:
    given = element.attrib
    size = float(given.get("font-size", "13"))
    words = element.text or ""
    wide = width(words, size, bold="font-weight" in given)
    x, y = float(given["x"]), float(given["y"])
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[given.get("text-anchor", "start")]
    return Text(words, left, y - 0.75 * size, left + wide, y + 0.2 * size, "paint-order" in given)
