"""How the figures of a change look: the same in a sentence, a table and a headline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cardgen.card.words.numbers import megabytes, milliseconds
from cardgen.review.diff.change import Argument
from cardgen.review.diff.rules import Unit

_FEWEST, _MOST = 4, 17
_MINUS = "\N{MINUS SIGN}"
_SHORT = 12
"""Digits of a hash that tell it from others, as git shows them."""
_LARGE = 1e9
_LONGEST = 240
"""Characters of a value that are told."""


def pair(old: Argument, new: Argument, unit: Unit) -> tuple[str, str]:
    """Both values, alike: scores with as many decimals as it takes to tell them apart, four at least."""
    if unit == "score" and isinstance(old, float) and isinstance(new, float):
        decimals = next((count for count in range(_FEWEST, _MOST) if f"{old:.{count}f}" != f"{new:.{count}f}"), _FEWEST)
        return score(old, decimals), score(new, decimals)
    if unit == "bytes" and isinstance(old, int) and isinstance(new, int) and megabytes(old) == megabytes(new):
        return f"{old} bytes", f"{new} bytes"
    return one(old, unit), one(new, unit)


def one(value: Argument, unit: Unit = "") -> str:
    """One value, in its unit."""
    if value is None:
        return "none"
    if isinstance(value, int | float) and not isinstance(value, bool) and unit in _UNITS:
        return _UNITS[unit](value)
    if unit == "revision" and isinstance(value, str) and _is_hash(value):
        return value[:_SHORT]
    if isinstance(value, tuple):
        return clipped(listed([one(item) for item in value]), _LONGEST)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else clipped(str(value), _LONGEST)


def listed(items: list[str], most: int = 12) -> str:
    """``a, b, c``; with how many more there are, where there are many."""
    if not items:
        return "none"
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more} more" if more > 0 else "")


def score(value: float, decimals: int = _FEWEST) -> str:
    """A metric's value on its own scale; no digits are told of what no metric comes to."""
    text = f"{value:.{decimals}f}" if abs(value) < _LARGE else f"{value:.4g}"
    return text.replace("-", _MINUS)


def signed(value: float, decimals: int = _FEWEST) -> str:
    """A difference of two scores, with its sign."""
    decimals = next((count for count in range(decimals, _MOST) if float(f"{value:.{count}f}")), decimals)
    return ("" if value < 0 else "+") + score(value, decimals)


def share(value: float) -> str:
    """A small share, such as of a score: ``0.73 %``."""
    return f"{100 * value:.2f} %".replace("-", _MINUS)


def signed_share(value: float) -> str:
    """A share with its sign: ``+0.73 %``; one that rounds to nothing has more digits."""
    text = f"{100 * value:+.2f}"
    if float(text) == 0 or abs(value) > _LARGE:
        text = f"{100 * value:+.2g}"
    return f"{text} %".replace("-", _MINUS)


def clipped(text: str, most: int = 80) -> str:
    """The text on one line, its end left out where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _is_hash(value: str) -> bool:
    return len(value) in (40, 64) and set(value) <= set("0123456789abcdef")


_UNITS: Final[Mapping[Unit, Callable[[float], str]]] = {
    "score": score,
    "bytes": lambda value: megabytes(int(value)),
    "milliseconds": lambda value: f"{milliseconds(value)} ms",
    "count": lambda value: f"{int(value)}",
    "share": share,
}
