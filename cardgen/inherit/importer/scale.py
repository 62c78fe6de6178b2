"""Figures of a card as a manifest reports them: scale, unit, and what does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from cardgen.catalog.metrics import METRICS, metric_info
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.manifest_text import Entry, Value
from cardgen.patterns import regex

Scale = Literal["fraction", "percent"]

_UP_TO_ONE = frozenset(
    (
        *("precision", "recall", "roc_auc", "pearsonr", "spearmanr", "mean_iou", "map", "ndcg", "mrr", "acc_norm"),
        *("bleu", "meteor", "bertscore", "rouge"),
    )
)
"""Metrics beyond cardgen's own whose values are fractions, so that what is above 1 is in percent."""
RARELY_ABOVE_ONE = frozenset(("wer", "cer"))
_FROM_ONE_IN_PERCENT = _UP_TO_ONE | RARELY_ABOVE_ONE
"""Error rates, which can be above 1 as fractions: what is above it is taken for percent, and told."""

_MEGABYTES = {
    "": Decimal(1),
    "M": Decimal(1),
    "MB": Decimal(1),
    "mb": Decimal(1),
    "G": Decimal(1000),
    "GB": Decimal(1000),
    "gb": Decimal(1000),
    "TB": Decimal(1_000_000),
    "tb": Decimal(1_000_000),
    "K": Decimal("0.001"),
    "KB": Decimal("0.001"),
    "kB": Decimal("0.001"),
    "kb": Decimal("0.001"),
    "MiB": Decimal("1.048576"),
    "GiB": Decimal("1073.741824"),
    "TiB": Decimal("1099511.627776"),
    "mib": Decimal("1.048576"),
    "gib": Decimal("1073.741824"),
    "tib": Decimal("1099511.627776"),
    "kib": Decimal("0.001024"),
    "kiB": Decimal("0.001024"),
    "KiB": Decimal("0.001024"),
    "bytes": Decimal("0.000001"),
}
_MILLISECONDS = {
    "ms": Decimal(1),
    "s": Decimal(1000),
    "sec": Decimal(1000),
    "second": Decimal(1000),
    "seconds": Decimal(1000),
    "us": Decimal("0.001"),
    "µs": Decimal("0.001"),
}

FACTORS = (Decimal(1), Decimal(100), Decimal("0.01"))
"""Between a value and what stands for it on its own scale, in percent, or as a fraction."""
_TOKENS = regex(r"(?<![a-z])tok(?:en)?s?(?![a-z])", re.IGNORECASE)
"""Of which a sample has many, so that their number a second is not that of samples."""
TIMES = ("latency_ms", "samples_per_s")
NO_METRICS = ("size", "loss", *TIMES)
"""Quantities that are no metric of quality."""


def scale_of(metric: str, figures: Sequence[Figure]) -> Scale | None:
    """The scale that figures of one metric are on; ``None`` where they cannot all be on one."""
    if not all(_is_sane(figure) for figure in figures):
        return None
    info = metric_info(metric)
    bounded = metric in _FROM_ONE_IN_PERCENT or (metric in METRICS and info.high == 1)
    if not bounded:
        percent = {figure.unit in ("%", "percent") for figure in figures}
        factor = 100 if percent == {True} else 1
        possible = all(info.low <= figure.value / factor <= info.high for figure in figures)
        return None if len(percent) > 1 or not possible else "percent" if percent == {True} else "fraction"
    scales: set[Scale] = set()
    for figure in figures:
        if figure.unit in ("%", "percent") or abs(figure.value) > 1:
            if abs(figure.value) > 100:
                return None
            scales.add("percent")
        elif figure.value != 0:
            scales.add("fraction")
    low = info.low if metric in METRICS else 0
    if len(scales) > 1 or any(figure.value < 0 and low >= 0 for figure in figures):
        return None
    return next(iter(scales), "fraction")


def with_scales(evaluation: Sequence[Entry], reported: Sequence[Value]) -> list[Entry]:
    """A manifest's ``evaluation`` with ``scales``: percent for each metric whose first reported figure is in it."""
    first: dict[str, Value] = {}
    for entry in reported:
        keys = entry if isinstance(entry, Mapping) else {}
        if isinstance(entry, Sequence) and not isinstance(entry, str):
            keys = {line.key: line.value for line in entry if isinstance(line, Entry)}
        if isinstance(metric := keys.get("metric"), str):
            first.setdefault(metric, keys.get("scale"))
    scales: dict[str, Value] = {metric: scale for metric, scale in first.items() if scale == "percent"}
    return [*evaluation, Entry("scales", scales)] if scales else list(evaluation)


def _is_sane(figure: Figure) -> bool:
    """Whether a figure has no more digits than a measurement can have."""
    return figure.value.is_zero() or -9 <= figure.value.adjusted() <= 12


def same_value(one: Figure, other: Figure) -> bool:
    """Whether two figures are one value, be it on two scales: 0.9037 and 90.37."""
    return any(one.value == other.value * factor for factor in FACTORS)


def megabytes(figure: Figure) -> Decimal | None:
    """A size in MB; ``None`` where its unit is not one of size, or it is no size."""
    factor = _MEGABYTES.get(figure.unit)
    if factor is None or figure.value <= 0 or not _is_sane(figure):
        return None
    return figure.value if factor == 1 else _short(figure.value * factor)


def time_value(figure: Figure) -> Decimal | None:
    """Milliseconds, or samples a second; ``None`` where the unit does not tell."""
    if figure.value <= 0 or not _is_sane(figure):
        return None
    if figure.quantity == "samples_per_s":
        return None if _TOKENS.search(f"{figure.unit} {figure.label}") else figure.value
    factor = _MILLISECONDS.get(figure.unit)
    if factor is None:
        return None
    return figure.value if factor == 1 else _short(figure.value * factor)


def _short(value: Decimal) -> Decimal:
    """Without the zeros at its end that a change of unit gives."""
    return Decimal(format(value.normalize(), "f"))
