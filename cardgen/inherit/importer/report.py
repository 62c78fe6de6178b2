"""What a person is told of an import: what was assumed, put right, left out or kept as prose, and where it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["assumed", "mended", "left out", "kept as prose"]


@dataclass(frozen=True)
class Told:
    """One thing that is not in the manifest as the card has it."""

    kind: Kind
    text: str
    line: int | None
    """1-based, in the card."""

    def __str__(self) -> str:
        place = f" (line {self.line})" if self.line else ""
        return f"{self.kind}: {self.text}{place}"


@dataclass
class Ledger:
    """Gathers what is told."""

    _told: dict[Told, None] = field(default_factory=dict)

    @property
    def entries(self) -> list[Told]:
        """All of it, in the order in which it was found out."""
        return list(self._told)

    def add(self, kind: Kind, text: str, line: int | None = None) -> None:
        """Note something, once."""
        self._told.setdefault(Told(kind, text, line))
