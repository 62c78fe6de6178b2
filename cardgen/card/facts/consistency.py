"""Whether figures can be true together: scales, sizes, losses, rates and lists.

Figures come as a card prints them, as :class:`~decimal.Decimal` with every digit, because the last digit tells how far
the true value may lie: 0.9037 stands for anything from 0.90365 to 0.90375. A check speaks of a contradiction only
where no true values round to what is printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

COLLAPSE = Decimal("0.1")
"""Relative loss beyond which a quantized model has not merely lost accuracy: no fallback or tuning aims there."""

FP32_TOLERANCE = Decimal("0.02")
"""How far an FP32 file may lie from four bytes per parameter: buffers, names, the graph of an ONNX model."""

SIZE_OVERHEAD = Decimal("0.02")
"""What the files of two runtimes may differ by though they hold the same weights, as a part of the larger one."""

NOMINAL_TIME_GAP = Decimal("0.02")
"""Gap between throughput and latency that counting runs over a nominal duration explains."""


def half_unit(value: Decimal) -> Decimal:
    """Half a unit in the last printed place: 0.00005 for 0.9037."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "a printed figure is a finite number"
    return Decimal(5).scaleb(exponent - 1)


def same_value(first: Decimal, second: Decimal) -> bool:
    """Whether two figures on one scale can be one value: equal, or one of them rounded (or cut) to fewer places."""
    if first == second:
        return True
    coarser, finer = sorted((half_unit(first), half_unit(second)), reverse=True)
    return coarser != finer and abs(first - second) < 2 * coarser


def same_quantity_other_scale(first: Decimal, second: Decimal) -> bool:
    """Whether one figure is the other in percent: 90.37 and 0.9037, also where either is rounded.

    A single digit tells too little, so 1 and 86 are not taken for one value.
    """
    if min(_significant(first), _significant(second)) < 2:
        return False
    return same_value(first.scaleb(2), second) or same_value(first, second.scaleb(2))


def relative_loss(value: Decimal, baseline: Decimal, *, higher_is_better: bool) -> Decimal:
    """What was lost against the baseline, as a fraction of it; below zero where something was gained.

    Args:
        value: of the quantized model.
        baseline: of the FP32 model, on the same scale; not zero.
        higher_is_better: false for error rates, perplexity and the like.
    """
    return _loss(value, baseline, higher_is_better) / abs(baseline)


def loss_exceeds(value: Decimal, baseline: Decimal, limit: Decimal, *, relative: bool, higher_is_better: bool) -> bool:
    """Whether the loss is beyond a claimed limit, even when both figures are rounded in the claim's favour.

    Args:
        value: of the quantized model.
        baseline: of the FP32 model, on the same scale.
        limit: a fraction of the baseline where ``relative``, else on the figures' scale.
        relative: what ``limit`` refers to.
        higher_is_better: false for error rates, perplexity and the like.
    """
    kindest, kindest_baseline = _kindest(value, baseline, higher_is_better)
    allowed = limit * abs(kindest_baseline) if relative else limit
    return _loss(kindest, kindest_baseline, higher_is_better) > allowed


def least_loss(value: Decimal, baseline: Decimal, *, relative: bool, higher_is_better: bool) -> Decimal:
    """The greatest limit that :func:`loss_exceeds`, up to the last digits of a quotient: to put losses in order."""
    kindest, kindest_baseline = _kindest(value, baseline, higher_is_better)
    loss = _loss(kindest, kindest_baseline, higher_is_better)
    if not relative:
        return loss
    return loss / abs(kindest_baseline) if kindest_baseline else Decimal("Infinity").copy_sign(loss)


def collapse(
    values: Sequence[Decimal], baseline: Decimal | None = None, *, higher_is_better: bool = True
) -> tuple[int, ...]:
    """Positions of the values that lie more than :data:`COLLAPSE` below the baseline.

    Args:
        values: of one metric, on one scale.
        baseline: of the unquantized model; without one, the values' median is taken, which a few of them cannot move.
        higher_is_better: false for error rates, perplexity and the like.
    """
    if baseline is None and len(values) > 2:
        baseline = sorted(values)[len(values) // 2]
    if not baseline:
        return ()
    return tuple(
        position
        for position, value in enumerate(values)
        if loss_exceeds(value, baseline, COLLAPSE, relative=True, higher_is_better=higher_is_better)
    )


def throughput_disagrees(
    latency_ms: Decimal, samples_per_s: Decimal, batch_size: int, decimals: int | None = None
) -> Decimal | None:
    """The rate that the latency gives, where the stated rate differs from it by more than rounding; else ``None``.

    Args:
        latency_ms: mean time of one batch.
        samples_per_s: as stated.
        batch_size: samples in a batch.
        decimals: places that both figures were rounded to, where their own digits do not show it.
    """
    if latency_ms <= 0 or batch_size < 1:
        return None
    slack = None if decimals is None else Decimal(5).scaleb(-decimals - 1)
    latency_slack = half_unit(latency_ms) if slack is None else slack
    rate_slack = half_unit(samples_per_s) if slack is None else slack
    work = Decimal(1000) * batch_size
    slowest = work / (latency_ms + latency_slack)
    if samples_per_s + rate_slack < slowest:
        return work / latency_ms
    if latency_ms > latency_slack and samples_per_s - rate_slack > work / (latency_ms - latency_slack):
        return work / latency_ms
    return None


def least_int8_bytes(parameters: int, fp32_weights: int) -> int:
    """The least that an INT8 model's weights can take: a byte each, and three more where they stayed FP32.

    Scales, zero points, biases, norms and the file's own overhead come on top.

    Args:
        parameters: of the whole model.
        fp32_weights: in the modules that stayed FP32.
    """
    return parameters + 3 * fp32_weights


def fp32_bytes(parameters: int) -> int:
    """What the weights take in FP32."""
    return 4 * parameters


LEAST_SAVING = Decimal("0.05")
"""Of the FP32 size, below which an INT8 model, which takes a quarter where all its weights are INT8, saves nothing."""


@dataclass(frozen=True)
class SizeReading:
    """A stated size in bytes, under one meaning of its unit."""

    system: Literal["decimal", "binary"]
    """Whether a mega is 10⁶ or 2²⁰."""
    low: Decimal
    """Least number of bytes that rounds to what is stated."""
    high: Decimal
    """Greatest number of bytes."""

    @property
    def unit(self) -> str:
        """Which megabyte this is."""
        return "MB" if self.system == "decimal" else "MiB"


def size_readings(value: Decimal, unit: str) -> tuple[SizeReading, ...]:
    """What a stated size may mean: MB and M may be 10⁶ bytes or 2²⁰, MiB is the latter alone. Empty for other units.

    A size without a unit is taken for megabytes.
    """
    plain = unit.strip().lower().rstrip(".")
    binary_only = plain.endswith("ib")
    prefix = plain.removesuffix("ib").removesuffix("ytes").removesuffix("yte").removesuffix("b")
    power = {"": 2 if plain == "" else 0, "k": 1, "kilo": 1, "m": 2, "mega": 2, "g": 3, "giga": 3, "t": 4}.get(prefix)
    if power is None or value < 0:
        return ()
    slack = half_unit(value)
    systems: tuple[tuple[Literal["decimal", "binary"], int], ...] = (("decimal", 1000), ("binary", 1024))
    return tuple(
        SizeReading(system, (value - slack) * base**power, (value + slack) * base**power)
        for system, base in systems[1 if binary_only else 0 :]
    )


def saves_nothing(int8: int | Decimal, fp32: int | Decimal) -> bool:
    """Whether an INT8 model is larger than the FP32 one, or so little smaller that nobody would take it for that."""
    return int8 > fp32 * (1 - LEAST_SAVING)


def size_below(value: Decimal, unit: str, least_bytes: int) -> bool:
    """Whether a stated size is less than a bound under every reading of its unit."""
    readings = size_readings(value, unit)
    return bool(readings) and all(reading.high < least_bytes for reading in readings)


def fp32_reading(value: Decimal, unit: str, parameters: int) -> SizeReading | None:
    """The reading under which a stated size is that of the model in FP32, within :data:`FP32_TOLERANCE`."""
    expected = fp32_bytes(parameters)
    low, high = expected * (1 - FP32_TOLERANCE), expected * (1 + FP32_TOLERANCE)
    fitting = [reading for reading in size_readings(value, unit) if reading.high >= low and reading.low <= high]
    return fitting[0] if fitting else None


def sizes_apart(first: Decimal, second: Decimal) -> bool:
    """Whether two sizes in one unit differ by more than rounding or a runtime's overhead."""
    return not same_value(first, second) and abs(first - second) > SIZE_OVERHEAD * max(first, second)


def duplicates(names: Iterable[str]) -> tuple[str, ...]:
    """Names that are listed more than once, in the order of their first mention."""
    return tuple(name for name, count in Counter(names).items() if count > 1)


def count_differs(stated: int | None, listed: int) -> bool:
    """Whether a list has another length than is said; a missing list or a missing count contradicts nothing."""
    return stated is not None and listed > 0 and stated != listed


def _kindest(value: Decimal, baseline: Decimal, higher_is_better: bool) -> tuple[Decimal, Decimal]:
    """Both figures as they were where rounding has widened the loss most."""
    towards = 1 if higher_is_better else -1
    return value + towards * half_unit(value), baseline - towards * half_unit(baseline)


def _loss(value: Decimal, baseline: Decimal, higher_is_better: bool) -> Decimal:
    return baseline - value if higher_is_better else value - baseline


def _significant(value: Decimal) -> int:
    return len(value.as_tuple().digits) if value else 0
