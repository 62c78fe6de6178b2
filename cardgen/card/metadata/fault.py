"""What can be wrong with a card's metadata, and where it stands."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cardgen.manifest.places import show_path

Keys = tuple[str | int, ...]
"""Keys and list indices from the top: ``("model-index", 0, "results")``."""

Severity = Literal["error", "warning"]

_LONGEST = 60
"""Characters of a text that a message repeats."""


@dataclass(frozen=True)
class MetadataFault:
    """One thing that is wrong with metadata."""

    keys: Keys
    message: str
    """What is wrong, in lower case and without a full stop, to be read after the path."""
    remedy: str = ""
    severity: Severity = "error"
    """An error is what the Hub rejects; a warning what it takes, and then ignores or complains of."""

    @property
    def path(self) -> str:
        """As the Hub writes it: ``model-index[0].results[0].dataset.config``."""
        return show_path(self.keys)

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.path}: {self.message}{remedy}" if self.keys else f"{self.message}{remedy}"


def describe(value: object) -> str:
    """A value in a few words, for messages."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10**18:  # Python refuses to print the largest ones
        return "a number of many digits"
    if isinstance(value, int | float | Decimal):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text `{value}`" if shows(value) else "a text"
    if isinstance(value, datetime.date):
        return f"the date {value.isoformat()}"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else "something else"


def shows(text: str) -> bool:
    """Whether a text can stand in a message as it is."""
    return len(text) <= _LONGEST and text.isprintable() and bool(text.strip())


def text_remedy(value: object) -> str:
    """What to do where ``value`` stands in the place of a text."""
    if value is None:
        return "write a value, or leave the key out"
    if isinstance(value, bool):
        return f'write "{str(value).lower()}" in quotes if it is meant as text'
    if isinstance(value, int | float | datetime.date) and not isinstance(value, datetime.datetime):
        return "put it in quotes, as it was written"
    return "write a text"


def key_text(key: object) -> str:
    """A key as a path shows it; YAML also has keys that are no text."""
    if isinstance(key, str):
        return key if shows(key) else "?"
    if key is None or isinstance(key, bool):
        return "null" if key is None else str(key).lower()
    return str(key) if isinstance(key, datetime.date) or (isinstance(key, int) and abs(key) < 10**18) else "?"


def finite_faults(value: object, keys: Keys = ()) -> Iterator[MetadataFault]:
    """NaN and infinities, however deep they stand: the Hub keeps metadata as JSON, which has none.

    Values that YAML aliases put into several places, or into themselves, are looked at once.
    """
    seen: set[int] = set()
    waiting = [(keys, value)]
    while waiting:
        at, item = waiting.pop()
        if isinstance(item, float | Decimal) and not _is_finite(item):
            yield MetadataFault(at, f"is not a finite number: {item}", "give a number, or leave it out")
        if isinstance(item, Mapping | list | tuple):
            if id(item) in seen:
                continue
            seen.add(id(item))
            inner = item.items() if isinstance(item, Mapping) else enumerate(item)
            below = [((*at, key if type(key) is int else key_text(key)), each) for key, each in inner]
            waiting.extend(reversed(below))


def _is_finite(value: float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
