"""Two results files, figure by figure: what one model lost against another, where both were measured alike.

Differences are of two figures that the files hold as if they were of different samples: which answers both gave is in
neither file. Where the samples are the same, as they mostly are, the interval is wider than it need be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from statistics import NormalDist

from cardgen.patterns import regex
from cardgen.records.frozen import Frozen
from cardgen.records.results_file import Data, Figure, ResultsFile
from cardgen.results.kinds import higher_is_better

CONFIDENCE = 0.95
_DEVIATIONS = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)

_HASH = regex(r"[0-9a-f]{40,64}")
"""Of which the first digits tell two apart."""

_FRACTIONS = frozenset(
    {
        *("acc", "acc_norm", "accuracy", "em", "exact_match", "f1", "mcc", "matthews_correlation", "precision"),
        *("qem", "pem", "recall", "eval_accuracy", "eval_f1"),
    }
)
"""Metrics that tools give as fractions, some in percent: of two, one above 1 and one below are of two scales.

Not among them are those that are mostly in percent, such as BLEU, where a value below 1 is a model that collapsed.
"""

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
    increase: Estimate | None = None
    """By how many percent of the baseline's the other's value is above it, where lower is better."""


class Comparison(Frozen):
    """Two results files."""

    figures: tuple[Compared, ...]
    """Of what both hold, in the order of the other's file."""
    missing: tuple[str, ...] = ()
    """What only one of them holds."""


Key = tuple[str | None, str, str | None]
Told = tuple[str, Figure]
"""The tool, and what it measured."""


def compare(baseline: ResultsFile, other: ResultsFile) -> Comparison:
    """Compare what two results files say.

    Args:
        baseline: of the model that the other is held against.
        other: of the variant.
    """
    first, second = told_by((baseline,)), told_by((other,))
    compared = (against(one, first) for one in second)
    known, held = ({figure_key(figure): None for _tool, figure in side} for side in (first, second))
    return Comparison(
        figures=tuple(one for one in compared if one is not None),
        missing=(
            *(f"{_named(key)} stands in the baseline's file alone" for key in known if key not in held),
            *(f"{_named(key)} stands in the other's file alone" for key in held if key not in known),
        ),
    )


def told_by(files: Iterable[ResultsFile]) -> tuple[Told, ...]:
    """Every figure of some files."""
    return tuple((results.tool, figure) for results in files for figure in results.figures)


def against(one: Told, baselines: Iterable[Told]) -> Compared | None:
    """Hold a figure against a baseline's; ``None`` where none is of the same metric and task.

    Where several are, as of one task with and without examples, it is the one that was measured most alike.
    """
    tool, figure = one
    compared = [
        _compared(other, figure, (of, tool)) for of, other in baselines if figure_key(other) == figure_key(figure)
    ]
    return min(compared, key=lambda each: len(each.differs), default=None)


def measured_alike(one: Told, other: Told) -> bool:
    """Whether two figures are of one metric and task, and were measured under the same conditions."""
    return figure_key(one[1]) == figure_key(other[1]) and one[0] == other[0] and not any(_differing(one[1], other[1]))


def figure_key(figure: Figure) -> Key:
    """What two figures must have in common to be held against each other: task, metric, and the way to it."""
    return figure.task, figure.metric, figure.variant


def _named(key: Key) -> str:
    task, metric, variant = key
    return f"{f'{task}: ' if task else ''}{metric}{f' ({variant})' if variant else ''}"


def _compared(figure: Figure, against: Figure, tools: tuple[str, str]) -> Compared:
    differs = tuple(_differing(figure, against))
    if tools[0] != tools[1]:
        differs = (_both("tool", *tools), *differs)
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
        increase=_increase(figure, against) if alike else None,
    )


def _differing(figure: Figure, against: Figure) -> Iterator[str]:
    for field, name in _CONDITIONS.items():
        first, second = getattr(figure, field), getattr(against, field)
        if first != second:
            yield _both(name, first, second)
    if figure.data != against.data:
        yield _both("data", *(None if one.data is None else _named_data(one.data) for one in (figure, against)))
    scales = _scale(figure), _scale(against)
    if figure.metric in _FRACTIONS and scales[0] != scales[1]:
        yield _both("scale", *scales)
    settings = {setting.name: setting.value for setting in figure.settings}
    others = {setting.name: setting.value for setting in against.settings}
    for name in dict.fromkeys((*settings, *others)):
        if settings.get(name) != others.get(name):
            yield _both(name, settings.get(name), others.get(name))


def _scale(figure: Figure) -> str:
    return "in percent" if abs(figure.value) > 1 else "as a fraction"


def _named_data(data: Data) -> str:
    parts = (data.id, data.config, data.split, _stated(data.revision) if data.revision else None)
    return " ".join(part for part in parts if part)


def _both(name: str, first: object, second: object) -> str:
    return f"{name} ({_stated(first)}, {_stated(second)})"


def _stated(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value[:12]}…" if isinstance(value, str) and _HASH.fullmatch(value) else str(value)


def _difference(figure: Figure, against: Figure) -> Estimate | None:
    value = against.value - figure.value
    if not math.isfinite(value):
        return None
    errors = _errors(figure, against)
    return _with_interval(value, math.hypot(*errors) if errors else None)


def _recovery(figure: Figure, against: Figure) -> Estimate | None:
    return _share(figure, against) if higher_is_better(figure) else None


def _increase(figure: Figure, against: Figure) -> Estimate | None:
    if higher_is_better(figure) is not False or (share := _share(figure, against)) is None:
        return None
    low, high = (None if end is None else end - 100 for end in (share.low, share.high))
    return Estimate(value=share.value - 100, low=low, high=high)


def _share(figure: Figure, against: Figure) -> Estimate | None:
    """In percent of the baseline's. Of a ratio, the standard error is that of first order (the delta method)."""
    if figure.value <= 0 or against.value < 0:
        return None
    ratio = against.value / figure.value
    if not math.isfinite(100 * ratio):
        return None
    errors = _errors(figure, against)
    deviation = 100 * math.hypot(errors[1], ratio * errors[0]) / figure.value if errors else None
    return _with_interval(100 * ratio, deviation)


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
