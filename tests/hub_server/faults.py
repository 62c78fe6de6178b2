"""What can go wrong between a client and the Hub, to be switched on by a test."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Fault:
    """Something that happens to the next ``times`` requests that match."""

    kind: Literal["status", "drop", "lose-response", "before"]
    """``status``: answer so, do nothing. ``drop``: close the connection, do nothing. ``lose-response``: do it, then
    close the connection. ``before``: call ``action`` first, as when somebody else is quicker, or the Hub is slow."""
    path: str
    """Regular expression that is searched in the request's path."""
    method: str = "POST"
    times: int = 1
    status: int = 503
    message: str = "Service Unavailable"
    action: Callable[[], object] = field(default=lambda: None)

    def matches(self, method: str, path: str) -> bool:
        return self.times > 0 and method == self.method and re.search(self.path, path) is not None
