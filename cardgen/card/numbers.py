"""How a number looks, in one place: table, prose and metadata all print what these functions return.

Metrics are shown as fractions with four decimals, sizes in MB of 10⁶ bytes, no thousands separators.
"""

from __future__ import annotations

METRIC_DECIMALS = 4
NOT_APPLICABLE = "n/a"
_MINUS = "\N{MINUS SIGN}"


def metric(value: float) -> str:
    """A metric's value: ``0.9432``."""
    return _signed(value, "")


def difference(value: float) -> str:
    """A difference of two metric values, with its sign: ``+0.0013``; one that rounds to nothing has none."""
    return _signed(value, "+")


def interval(low: float, high: float) -> str:
    """A 95 % interval: ``[0.9331, 0.9512]``."""
    return f"[{metric(low)}, {metric(high)}]"


def metric_value(value: float) -> float:
    """The number that :func:`metric` prints: what metadata gives, so that both are the same."""
    return round(value, METRIC_DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0


def megabytes(size_bytes: int) -> str:
    """A size: ``0.53 MB``, ``74.7 MB``; three significant digits below 100, else one decimal."""
    size = size_bytes / 1e6
    decimals = 2 if size < 9.995 else 1
    return f"{size:.{decimals}f} MB"


def percent_of(part: int, whole: int) -> str:
    """``part`` as a share of ``whole``: ``25.3 %``."""
    return f"{100 * part / whole:.1f} %" if whole else NOT_APPLICABLE


def _signed(value: float, plus: str) -> str:
    shown = metric_value(value)
    text = f"{abs(shown):.{METRIC_DECIMALS}f}"
    if shown == 0:
        return text
    return (_MINUS if shown < 0 else plus) + text
