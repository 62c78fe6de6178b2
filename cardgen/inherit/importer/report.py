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

    entries: list[Told] = field(default_factory=list)

    def add(self, kind: Kind, text: str, line: int | None = None) -> None:
        """Note something, once."""
        told = Told(kind, text, line)
        if told not in self.entries:
            self.entries.append(told)
