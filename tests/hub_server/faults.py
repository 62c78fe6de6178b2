"""What can go wrong between a client and the Hub, to be switched on by a test."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Kind = Literal["before", "status", "status-after", "drop", "break", "lose-response", "truncate", "corrupt"]


@dataclass
class Fault:
    """Something that happens to the next ``times`` requests that match.

    ``before``: nothing but ``action``, as when somebody else is quicker, or the Hub is slow. ``status``: answer so, do
    nothing. ``status-after``: do it, then answer so. ``drop``: close the connection, do nothing. ``break``: take half
    of what is sent, then close the connection. ``lose-response``: do it, then close the connection. ``truncate``: do
    it, and send half of the answer. ``corrupt``: do it, and send the answer with a byte changed.
    """

    kind: Kind
    path: str
    """Regular expression that is searched in the request's path."""
    method: str = "POST"
    """``*`` for any."""
    times: int = 1
    status: int = 503
    message: str = "Service Unavailable"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer, for those with a status; ``Retry-After`` for 429."""
    action: Callable[[], object] = field(default=lambda: None)
    """Called first, whatever the kind."""

    @property
    def acts(self) -> bool:
        """Whether the Hub does what it was asked."""
        return self.kind not in ("status", "drop", "break")

    @property
    def answers(self) -> bool:
        """Whether the client hears anything."""
        return self.kind not in ("drop", "break", "lose-response")

    def matches(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method in ("*", method) and re.search(self.path, path) is not None


class RandomFaults:
    """Lets requests go wrong with a chance, each as its method and path allow; the same for the same seed."""

    def __init__(self, seed: int, chance: float) -> None:
        self._random = Random(seed)
        self.chance = chance
        self.made: list[tuple[str, str, str]] = []
        """Kind, method and path of each fault so far."""

    def draw(self, method: str, path: str) -> Fault | None:
        """The fault, if any, of a request."""
        if self._random.random() >= self.chance:
            return None
        kinds: list[Kind] = ["drop", "status", "status"]
        if method in ("POST", "PUT"):
            kinds += ["break", "lose-response", "status-after"]
        elif method == "GET":
            kinds += ["truncate", *(["corrupt"] if "/resolve/" in path else [])]  # type: ignore[list-item]
        kind = self._random.choice(kinds)
        statuses = [500, 502, 503, 429, *([409, 412] if "/commit/" in path else [])]
        status = self._random.choice(statuses if kind == "status" else [500, 502])
        self.made.append((kind, method, path))
        return Fault(
            kind,
            "",
            method,
            status=status,
            message=f"fault {len(self.made)}",
            headers={"Retry-After": "1"} if status == 429 else {},
        )
