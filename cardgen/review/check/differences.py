"""Which keys of two JSON values differ, and from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class KeyChange:
    """One key with another value."""

    key: str
    """Dotted path."""
    old: Any
    new: Any
    added: bool = False
    """Whether the old value is ``None`` because there was no such key."""


def key_changes(old: Mapping[str, Any], new: Mapping[str, Any], path: str = "") -> Iterator[KeyChange]:
    """Every key whose value is another one, in the new one's order; lists count as one value.

    Args:
        old: a JSON object.
        new: another.
        path: what stands before each key.
    """
    for key in dict.fromkeys((*new, *old)):
        place = f"{path}.{key}" if path else key
        before, after = old.get(key), new.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from key_changes(before, after, place)
        elif before != after or (key in old) != (key in new):
            yield KeyChange(place, before, after, added=key not in old)


def likeness(old: Mapping[str, Any], new: Mapping[str, Any]) -> float:
    """The share of keys that have the same value in both: 0 to 1."""
    keys = {**_leaves(old), **_leaves(new)}
    return 1 - len(list(key_changes(old, new))) / max(len(keys), 1)


def _leaves(value: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, inner in value.items():
        found |= _leaves(inner, f"{path}.{key}") if isinstance(inner, Mapping) else {f"{path}.{key}": inner}
    return found
