"""A change the other way round."""

from __future__ import annotations

from typing import Final

from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import relative
from cardgen.review.diff.rules import RULES

_NEGATED: Final = {"change": "change", "low": "high", "high": "low"}


def mirrored(change: Change) -> Change:
    """What the same change is when old and new change places."""
    told = dict(change.arguments)
    arguments: dict[str, Argument] = {_other(name): value for name, value in told.items()}
    for name, source in _NEGATED.items():
        if name in told:
            value = told[source]
            assert isinstance(value, float)
            arguments[name] = -value
    if "relative" in told:
        old, new = arguments["old"], arguments["new"]
        assert isinstance(old, int | float)
        assert isinstance(new, int | float)
        arguments["relative"] = relative(old, new)
    mirror = RULES[RULES[change.rule].mirror]
    return Change(mirror.id, change.place, mirror.severity, arguments)


def _other(name: str) -> str:
    for one, another in (("old", "new"), ("new", "old")):
        if name == one or name.startswith(f"{one}_"):
            return another + name.removeprefix(one)
    return name
