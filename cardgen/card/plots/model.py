"""What plots are made of: figures as they are shown, and a picture with its words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Drawing:
    """A picture and its words."""

    svg: str
    alt: str
    """What it says, with its figures; plain text."""
    caption: str
    """How to read it, and what is not in it; Markdown."""


@dataclass(frozen=True)
class Estimate:
    """A figure as it is shown, with its 95 % interval where one is known."""

    value: Decimal
    text: str
    """As the card prints it."""
    low: Decimal | None = None
    high: Decimal | None = None
    interval: str = ""
    """As the card prints it."""

    @property
    def told(self) -> str:
        """The figure with its interval."""
        return f"{self.text} {self.interval}".rstrip()

    @property
    def ends(self) -> tuple[Decimal, ...]:
        """All that an axis must hold to show it."""
        return tuple(end for end in (self.value, self.low, self.high) if end is not None)
