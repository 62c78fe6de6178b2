"""How a number looks, in one place: table, prose and metadata all print what these functions return.

A measured metric is shown as a fraction with four decimals, or in percent with two, as the manifest declares for the
metric; a reported one keeps every digit of its source. Sizes are in MB of 10⁶ bytes; there are no thousands separators.
"""

from __future__ import annotations

from decimal import Decimal

from cardgen.manifest.reported import Scale

_DECIMALS = {"fraction": 4, "percent": 2}
_FACTORS = {"fraction": 1, "percent": 100}
_EXPONENTS = {"fraction": 0, "percent": 2}
NOT_APPLICABLE = "n/a"
NOT_STATED = "not stated"
_ALL_DIGITS = 1000
"""From here on, every digit before the point is shown."""
_TINY = 1e-6
"""Below, a value is shown with an exponent."""
_HUGE = 1e9
"""From here on, a value is shown with an exponent."""
_MINUS = "\N{MINUS SIGN}"
_LEAST = 1e-6
"""Below, a divergence is that of rounding."""
_MOST_PLACES = 8
"""Decimals of a tick."""
_LONG = 10_000_000
"""From here on, a tick is written with an exponent."""
_PLAIN_POWER = 4
"""Of ten, up to which a power is written out."""


def metric(value: float, scale: Scale = "fraction") -> str:
    """A measured metric's value: ``0.9432``, or ``94.32`` in percent."""
    return _signed(value, "", scale)


def difference(value: float, scale: Scale = "fraction") -> str:
    """A difference of two metric values, with its sign: ``+0.0013``; one that rounds to nothing has none."""
    return _signed(value, "+", scale)


def interval(low: float, high: float, scale: Scale = "fraction") -> str:
    """A 95 % interval: ``[0.9331, 0.9512]``."""
    return f"[{metric(low, scale)}, {metric(high, scale)}]"


def metric_value(value: float, scale: Scale = "fraction") -> float:
    """The number that :func:`metric` prints: what metadata gives, so that both are the same."""
    return round(value * _FACTORS[scale], _DECIMALS[scale]) + 0.0  # + 0.0 turns -0.0 into 0.0


def rescaled(value: Decimal, given: Scale, shown: Scale) -> Decimal:
    """A reported value on the scale that the card shows: the same digits, the point moved where the scales differ."""
    return value.scaleb(_EXPONENTS[shown] - _EXPONENTS[given])


def exact(value: Decimal) -> str:
    """A reported value, with the digits of its source: ``41.2224``."""
    text = f"{abs(value):f}"
    return _MINUS + text if value < 0 else text


def exact_difference(value: Decimal) -> str:
    """A difference of two reported values: ``+0.0013``."""
    return exact(value) if value <= 0 else f"+{exact(value)}"


def percent(fraction: Decimal) -> str:
    """A small share: ``0.73 %``."""
    return f"{100 * fraction:.2f} %"


def megabytes(size_bytes: int) -> str:
    """A size: ``0.53 MB``, ``74.7 MB``; three significant digits below 100, else one decimal."""
    size = size_bytes / 1e6
    decimals = 2 if size < 9.995 else 1
    return f"{size:.{decimals}f} MB"


def reported_megabytes(size_mb: Decimal) -> str:
    """A size that others report: as they give it, or as :func:`megabytes` where it has more digits than they measured.

    Converted sizes do: 3662 MiB are 3839.885312 MB.
    """
    exponent = size_mb.as_tuple().exponent
    return f"{exact(size_mb)} MB" if isinstance(exponent, int) and exponent >= -2 else megabytes(int(size_mb * 10**6))


def file_size(size_bytes: int) -> str:
    """A file's size: in MB, or in bytes below ten thousand."""
    return megabytes(size_bytes) if size_bytes >= 10_000 else f"{size_bytes} bytes"


def milliseconds(value: float) -> str:
    """A measured time, with four significant digits: ``83.23``, ``0.0712``."""
    return _four_digits(value)


def rate(value: float) -> str:
    """Measured samples a second, with four significant digits or all before the point: ``12.07``, ``14045``."""
    return _four_digits(value)


def percent_of(part: int | Decimal, whole: int | Decimal) -> str:
    """``part`` as a share of ``whole``: ``25.3 %``."""
    return f"{100 * part / whole:.1f} %" if whole else NOT_APPLICABLE


def divergence(nats: float) -> str:
    """A divergence, with three significant digits: ``0.00312``; ``0`` where there is none."""
    if 0 < nats < _LEAST:
        return f"below {Decimal(str(_LEAST)):f}"
    return f"{Decimal(f'{nats:.2e}'):f}" if nats else "0"


def tool_value(value: float, plus: str = "", *, beside: float | None = None) -> str:
    """A value that an evaluation tool gives on its own scale: ``0.4167``, ``17.9934``, ``0.0001235``.

    Args:
        value: as its file has it.
        plus: the sign of one above zero.
        beside: the value whose error, interval or difference this is, and whose decimals it has.
    """
    text = _tool_digits(abs(value), abs(value if beside is None else beside))
    if float(text) == 0 and value != 0:
        text = _tool_digits(abs(value), abs(value))
    return text if float(text) == 0 else (_MINUS if value < 0 else plus) + text


def tool_number(value: float) -> float:
    """The number that :func:`tool_value` prints: what metadata gives, so that both are the same."""
    return float(tool_value(value).replace(_MINUS, "-"))


def tool_percent(value: float, plus: str = "") -> str:
    """A share in percent, as a recovery is: ``98.4 %``."""
    text = f"{abs(value):.1f} %"
    return text if float(text[:-2]) == 0 else (_MINUS if value < 0 else plus) + text


def _tool_digits(value: float, like: float) -> str:
    """With as many decimals as ``like`` has: four, fewer from a thousand on, more for four digits below 0.1."""
    if like >= _HUGE:
        return f"{value:.5e}"
    if like >= _ALL_DIGITS:
        return f"{value:.1f}"
    if like >= 0.1 or like == 0:
        return f"{value:.4f}"
    if like < _TINY:
        return f"{value:.3e}"
    digits = f"{value:.{3 - Decimal(f'{like:.3e}').adjusted()}f}"
    return digits[:6] + digits[6:].rstrip("0")


def tick(value: Decimal, step: Decimal) -> str:
    """A value beside an axis, to the last place of the step between two: ``0.925``, ``1.5e+9`` where that is long."""
    places = max(0, -step.normalize().adjusted())
    if value and (places > _MOST_PLACES or abs(value) >= _LONG):
        text = f"{abs(value):.{max(0, value.adjusted() - step.adjusted())}e}"
    else:
        text = f"{abs(value):.{min(places, _MOST_PLACES)}f}"
    return _MINUS + text if value < 0 else text


def power_of_ten(power: int) -> str:
    """A tick of a logarithmic axis: ``0.01``, ``100``, ``1e−6``."""
    if abs(power) <= _PLAIN_POWER:
        return f"{Decimal(10) ** power:f}"
    return f"1e{_MINUS if power < 0 else ''}{abs(power)}"


def noise(value: float) -> str:
    """What a module in INT8 does to the outputs, with two significant digits: ``0.012``, ``3.1e−7``."""
    rounded = Decimal(f"{value:.1e}")
    if rounded == 0 or abs(rounded.adjusted()) <= _PLAIN_POWER:
        return f"{rounded:f}"
    power = rounded.adjusted()
    return f"{rounded.scaleb(-power):.1f}e{_MINUS if power < 0 else ''}{abs(power)}"


def _four_digits(value: float) -> str:
    rounded = Decimal(f"{value:.3e}")
    return f"{rounded:f}" if rounded < _ALL_DIGITS else f"{value:.0f}"


def _signed(value: float, plus: str, scale: Scale) -> str:
    shown = metric_value(value, scale)
    text = f"{abs(shown):.{_DECIMALS[scale]}f}"
    if shown == 0:
        return text
    return (_MINUS if shown < 0 else plus) + text
