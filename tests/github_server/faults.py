"""What goes wrong on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Fault:
    """How the next requests of a kind fail."""

    method: str
    path: str
    """A part of it."""
    status: int = 0
    """What is answered; 0 to close the connection."""
    times: int = 1
    done: bool = False
    """Whether what was asked is done before the answer is lost."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b'{"message": "it is broken on purpose"}'
