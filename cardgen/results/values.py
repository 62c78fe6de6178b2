"""Values of a results file, each as what it should be or as not stated; and names without places of a machine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from cardgen.patterns import regex
from cardgen.records.results_file import Data

_LONGEST_NAME: Final = 200
_ID = regex(r"\w[\w.+-]*(?:/\w[\w.+-]*)*(?::[\w.+-]+)?")
"""Of a model: its parts begin with no dot, so that no relative path is one."""
_PLACE = regex(r"^(?:[/~\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|file:)|\\|//|(?i:/(?:home|users|root|tmp|mnt)/)")
"""Of a machine."""

_BUILDERS: Final = frozenset(
    {
        "arrow",
        "audiofolder",
        "csv",
        "generator",
        "imagefolder",
        "json",
        "pandas",
        "parquet",
        "sql",
        "text",
        "webdataset",
    }
)
_NO_VERSION: Final = ("N/A", "NONE", "NULL", "?")
_WHOLE = regex(r"\d+\.0")


def finite(value: object) -> float | None:
    """A finite number, where it is one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def not_negative(value: object) -> float | None:
    """A finite number of at least 0, where it is one."""
    number = finite(value)
    return number if number is not None and number >= 0 else None


def count(value: object) -> int | None:
    """A whole number of at least 0, where it is one, also as a float; tools write -1 for what they do not know."""
    number = not_negative(value)
    return int(number) if number is not None and number.is_integer() else None


def flag(value: object) -> bool | None:
    """True or false, where it is one of them."""
    return value if isinstance(value, bool) else None


def members(value: object) -> Mapping[str, Any]:
    """An object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def elements(value: object) -> tuple[Any, ...]:
    """A list; empty where it is none."""
    return tuple(value) if isinstance(value, list) else ()


def name_of(value: object) -> str | None:
    """A name, where it is one and no place of a machine."""
    if not isinstance(value, str):
        return None
    name = value.strip()
    return name if name and len(name) <= _LONGEST_NAME and not _PLACE.search(name) else None


def version_of(value: object) -> str | None:
    """A version, which one tool writes as a number and as a text: ``2``, ``2.0`` and ``"2.0"`` are one."""
    number = finite(value)
    if number is not None:
        return str(int(number)) if number.is_integer() else repr(number)
    name = name_of(value)
    if name is None or name.upper() in _NO_VERSION:
        return None
    return name.removesuffix(".0") if _WHOLE.fullmatch(name) else name


def hub_data(name: object, config: object, split: object, revision: object) -> Data | None:
    """A dataset by its id; ``None`` where it is files that a builder of the datasets library reads, or a place."""
    found = model_id(name)
    if found is None or found in _BUILDERS:
        return None
    return Data(id=found, config=name_of(config), split=name_of(split), revision=name_of(revision))


def model_id(value: object, parts: int = 2) -> str | None:
    """A model's id or name, where it cannot be taken for a place of a machine.

    Args:
        value: what stands in the file.
        parts: that it has at most, with slashes between them: owner and name on the Hub.
    """
    name = name_of(value)
    return name if name and _ID.fullmatch(name) and name.count("/") < parts else None


def sized(value: object) -> int | float | None:
    """A limit: so many samples, or a share of them below 1."""
    number = finite(value)
    if number is None or number <= 0:
        return None
    return int(number) if number.is_integer() else number
