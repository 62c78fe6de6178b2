"""Two results files, figure by figure: what one model lost against another, where both were measured alike.

Differences are of two figures that the files hold as if they were of different samples: which answers both gave is in
neither file. Where the samples are the same, as they mostly are, the interval is wider than it need be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

from cardgen.catalog.metrics import METRICS
from cardgen.records.frozen import Frozen
from cardgen.results.figure import Figure, ResultsFile

CONFIDENCE = 0.95
_DEVIATIONS = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)

_CONDITIONS = {
    "task_version": "task version",
    "few_shot": "few-shot count",
    "chat_template": "chat template",
    "limit": "limit",
    "samples": "samples",
    "unit": "unit",
    "higher_is_better": "direction",
}


class Estimate(Frozen):
    """A number with a 95 % interval; without one where a file states no standard error."""

    value: float
    low: float | None = None
    high: float | None = None


class Compared(Frozen):
    """One metric of both files."""

    task: str | None
    metric: str
    variant: str | None
    baseline: float
    other: float
    differs: tuple[str, ...] = ()
    """Conditions that are not the same, each with both values: there is then no difference and no recovery."""
    unstated: tuple[str, ...] = ()
    """Conditions that neither file states, so that nobody knows whether they are the same."""
    difference: Estimate | None = None
    """The other's value minus the baseline's."""
    recovery: Estimate | None = None
    """The other's value in percent of the baseline's, where the baseline's is positive and higher is better."""


class Comparison(Frozen):
    """Two results files."""

    figures: tuple[Compared, ...]
    """Of what both hold, in the order of the baseline's file."""
    missing: tuple[str, ...] = ()
    """What only one of them holds."""


Key = tuple[str | None, str, str | None]


def compare(baseline: ResultsFile, other: ResultsFile) -> Comparison:
    """Compare what two results files say.

    Args:
        baseline: of the model that the other is held against.
        other: of the variant.
    """
    first, second = _by_key(baseline), _by_key(other)
    tools = (_both("tool", baseline.tool, other.tool),) if baseline.tool != other.tool else ()
    return Comparison(
        figures=tuple(_compared(figure, second[key], tools) for key, figure in first.items() if key in second),
        missing=(
            *(f"{_named(key)} stands in the baseline's file alone" for key in first if key not in second),
            *(f"{_named(key)} stands in the other's file alone" for key in second if key not in first),
        ),
    )


def _by_key(results: ResultsFile) -> dict[Key, Figure]:
    return {(figure.task, figure.metric, figure.variant): figure for figure in results.figures}


def _named(key: Key) -> str:
    task, metric, variant = key
    return f"{f'{task}: ' if task else ''}{metric}{f' ({variant})' if variant else ''}"


def _compared(figure: Figure, against: Figure, tools: tuple[str, ...]) -> Compared:
    differs = (*tools, *_differing(figure, against))
    alike = not differs
    return Compared(
        task=figure.task,
        metric=figure.metric,
        variant=figure.variant,
        baseline=figure.value,
        other=against.value,
        differs=differs,
        unstated=tuple(
            name
            for field, name in _CONDITIONS.items()
            if field not in ("unit", "higher_is_better") and getattr(figure, field) is getattr(against, field) is None
        ),
        difference=_difference(figure, against) if alike else None,
        recovery=_recovery(figure, against) if alike else None,
    )


def _differing(figure: Figure, against: Figure) -> Iterator[str]:
    for field, name in _CONDITIONS.items():
        first, second = getattr(figure, field), getattr(against, field)
        if first != second:
            yield _both(name, first, second)
    settings = {setting.name: setting.value for setting in figure.settings}
    others = {setting.name: setting.value for setting in against.settings}
    for name in dict.fromkeys((*settings, *others)):
        if settings.get(name) != others.get(name):
            yield _both(name, settings.get(name), others.get(name))


def _both(name: str, first: object, second: object) -> str:
    return f"{name} ({_stated(first)}, {_stated(second)})"


def _stated(value: object) -> str:
    if value is None:
        return "not stated"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _difference(figure: Figure, against: Figure) -> Estimate | None:
    value = against.value - figure.value
    if not math.isfinite(value):
        return None
    errors = _errors(figure, against)
    return _with_interval(value, math.hypot(*errors) if errors else None)


def _recovery(figure: Figure, against: Figure) -> Estimate | None:
    """Of a ratio, the standard error is that of first order (the delta method)."""
    if not _higher_is_better(figure) or figure.value <= 0 or against.value < 0:
        return None
    ratio = against.value / figure.value
    if not math.isfinite(100 * ratio):
        return None
    errors = _errors(figure, against)
    deviation = 100 * math.hypot(errors[1], ratio * errors[0]) / figure.value if errors else None
    return _with_interval(100 * ratio, deviation)


def _higher_is_better(figure: Figure) -> bool:
    """As the file says, or as the metric of that name is known."""
    if figure.higher_is_better is not None:
        return figure.higher_is_better
    known = METRICS.get(figure.metric)
    return known is not None and known.higher_is_better


def _errors(figure: Figure, against: Figure) -> tuple[float, float] | None:
    """Both standard errors. One of 0, as of a share where every answer is right, says nothing of how sure it is."""
    if not figure.standard_error or not against.standard_error:
        return None
    return figure.standard_error, against.standard_error


def _with_interval(value: float, deviation: float | None) -> Estimate:
    reach = _DEVIATIONS * deviation if deviation is not None else math.inf
    if not math.isfinite(value - reach) or not math.isfinite(value + reach):
        return Estimate(value=value)
    return Estimate(value=value, low=value - reach, high=value + reach)
