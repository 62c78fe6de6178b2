"""What evaluation tools measured: figures, tools, tasks and conditions, and the files that they stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import Final

from cardgen.card.facts.imported import Measured, measured, shown_first
from cardgen.card.words.wording import measure_title
from cardgen.records.imported import ImportedRecord
from cardgen.records.results_file import Figure
from cardgen.results.compare import CONFIDENCE, figure_key
from cardgen.results.kinds import higher_is_better
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import relative, replaced
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.noise import Estimate, difference, is_noise
from cardgen.review.diff.rules import change

_DEVIATIONS: Final = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
_BASE: Final = "the base model"

Key = tuple[object, ...]


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What moved, of the base model and of each variant that both states have."""
    if old.evidence is None or new.evidence is None:
        return
    for variant in (None, *sorted(_variants(old) & _variants(new))):
        was, now = ([each for each in _imported(side) if each.variant == variant] for side in (old, new))
        place = f"variants.{variant}" if variant else "base_model"
        found = [*_figures(place, variant, was, now)]
        yield from found
        if not found:
            yield from _files(place, variant, was, now)


def _variants(picture: Picture) -> set[str]:
    return {subject.name for subject in picture.subjects.values() if not subject.is_run}


def _imported(picture: Picture) -> tuple[ImportedRecord, ...]:
    return picture.evidence.imported if picture.evidence else ()


def _figures(
    place: str, variant: str | None, was: Sequence[ImportedRecord], now: Sequence[ImportedRecord]
) -> Iterator[Change]:
    sides = [shown_first(tuple(measured(records))) for records in (was, now)]
    counted = [Counter(figure_key(one.figure) for one in side) for side in sides]
    several = {key for counts in counted for key, count in counts.items() if count > 1}
    before, after = (_by_key(side, several) for side in sides)
    for key in {**before, **after}:
        one, other = before.get(key), after.get(key)
        there = other or one
        assert there is not None
        told: dict[str, Argument] = {"variant": variant or _BASE, "measure": _measure(there.figure)}
        at = ".".join([place, "imported", *(str(part) for part in key if part is not None)])
        if one is not None and other is not None:
            yield from _both(at, told, one, other, directed=variant is not None)
        else:
            rule = "imported-gone" if other is None else "imported-new"
            yield change(rule, at, told, tool=_tool(there), value=there.figure.value)


def _by_key(figures: Iterable[Measured], several: set[tuple[str | None, str, str | None]]) -> Mapping[Key, Measured]:
    """Figures by what they are of; with the conditions of those of which a state has several."""
    found: dict[Key, Measured] = {}
    for one in figures:
        key: Key = figure_key(one.figure)
        if key in several:
            key = (*key, _tool(one), one.figure.task_version, _conditions(one.figure))
        found.setdefault(key, one)
    return found


def _both(at: str, told: dict[str, Argument], was: Measured, now: Measured, *, directed: bool) -> Iterator[Change]:
    conditions = [
        *replaced("imported-tool-changed", at, _tool(was), _tool(now), **told),
        *_replaced("imported-task-changed", at, was.figure.task_version, now.figure.task_version, told),
        *_replaced("imported-conditions-changed", at, _conditions(was.figure), _conditions(now.figure), told),
    ]
    yield from conditions
    old, new = was.figure.value, now.figure.value
    if old == new:
        return
    ends = _estimate(was.figure), _estimate(now.figure)
    rule = "imported-changed"
    if ends[0] is not None and ends[1] is not None and not conditions:
        apart, better = difference(ends[1], ends[0]), higher_is_better(now.figure)
        if is_noise(apart):
            rule = "imported-within-noise"
        elif directed and better is not None and better == higher_is_better(was.figure):
            rule = "imported-better" if (apart.value > 0) == better else "imported-worse"
    moved: dict[str, Argument] = {"old": old, "new": new, "change": new - old, "relative": relative(old, new)}
    yield change(rule, at, {**told, **moved}, new_tool=_tool(now), old_tool=_tool(was))


def _replaced(rule: str, at: str, old: str | None, new: str | None, told: dict[str, Argument]) -> Iterator[Change]:
    """A change where two values differ, or one of them is not stated."""
    yield from replaced(rule, at, old or "not stated", new or "not stated", **told)


def _files(
    place: str, variant: str | None, was: Sequence[ImportedRecord], now: Sequence[ImportedRecord]
) -> Iterator[Change]:
    """Files that are not the ones that they were, though their figures are."""
    before = {record.path: record.results.sha256 for record in was}
    for record in now:
        old = before.get(record.path)
        at = f"{place}.results.{record.path}"
        told: dict[str, Argument] = {"variant": variant or _BASE, "path": record.path}
        yield from replaced("results-file-changed", at, old, record.results.sha256, **told)


def _measure(figure: Figure) -> str:
    return f"{measure_title(figure)} on {figure.task}" if figure.task else measure_title(figure)


def _tool(one: Measured) -> str:
    results = one.record.results
    return f"{results.tool} {results.tool_version}" if results.tool_version else results.tool


def _conditions(figure: Figure) -> str:
    """All that a value depends on but for the task, in words."""
    stated = {
        "few-shot": figure.few_shot,
        "chat template": {True: "applied", False: "not applied", None: None}[figure.chat_template],
        "limit": figure.limit,
        "samples": figure.samples,
        "unit": figure.unit,
        **{setting.name: setting.value for setting in figure.settings},
    }
    told = [f"{name} {value}" for name, value in stated.items() if value is not None]
    return ", ".join(told) or "nothing stated"


def _estimate(figure: Figure) -> Estimate | None:
    """A value with its 95 % interval; ``None`` where the file does not tell how sure it is."""
    if figure.low is not None and figure.high is not None and figure.low <= figure.value <= figure.high:
        return Estimate(figure.value, figure.low, figure.high)
    if not figure.standard_error:
        return None
    reach = _DEVIATIONS * figure.standard_error
    return Estimate(figure.value, figure.value - reach, figure.value + reach)
