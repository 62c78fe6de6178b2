"""Values out of metadata of any shape: what is not as the Hub's specification says is as if it were not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def texts(value: object) -> list[str]:
    """The texts of a list, or of one text."""
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [item.strip() for item in found if isinstance(item, str) and item.strip()]


def mapping(value: object) -> Mapping[str, Any]:
    """The mapping; an empty one in the place of anything else."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> Sequence[Mapping[str, Any]]:
    """The mappings of a list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def words(value: object) -> str:
    """One value in a line: a text or a number as it is, nothing for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())
