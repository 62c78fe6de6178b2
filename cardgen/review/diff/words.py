"""What a change says, in plain text: the sentences of the table of rules, filled in.

The text may quote what anybody wrote: whoever prints it escapes it for where it goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, Final

from cardgen.card.words.numbers import megabytes
from cardgen.card.words.wording import lowered, metric_title
from cardgen.review.diff.change import SEVERITIES, Change, Comparison
from cardgen.review.diff.figures import (
    clipped,
    listed,
    one,
    pair,
    score,
    share,
    signed,
    signed_share,
)
from cardgen.review.diff.prose import word_edits
from cardgen.review.diff.rules import RULES

_KEYS: Final[Mapping[str, str]] = {
    "size_mb": "size in MB",
    "baseline_size_mb": "FP32 size in MB",
    "latency_ms": "latency in ms",
    "samples_per_s": "samples/s",
}
_NAMED = 3
"""Changes that a headline tells."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def sentence(change: Change) -> str:
    """What a change says, on one line, without a full stop."""
    return _FORMATTER.vformat(RULES[change.rule].sentence, (), _Named(change)).strip()


def subject(change: Change) -> str:
    """What changed, as a table's first column has it: ``onnx accuracy``, ``license``."""
    variant, metric = change.arguments.get("variant"), change.arguments.get("metric")
    parts = change.place.split(".")
    if variant is None:
        return " ".join(parts[1:] or parts) if parts[0] in ("metadata", "environments", "findings") else " ".join(parts)
    if metric is not None:
        between = "FP32 " if "baseline" in parts else ""
        return f"{variant} {between}{_metric(change)}"
    rest = parts[2:] if parts[0] == "variants" else parts[-1:]
    return " ".join([str(variant), *rest]).replace("_", " ")


def values(change: Change) -> tuple[str, str] | None:
    """Old and new value, for a table's columns; ``None`` of a change that has none."""
    told = change.arguments
    if "old" not in told or change.rule == "prose-changed" or RULES[change.rule].unit == "code":
        return None
    return pair(told["old"], told["new"], RULES[change.rule].unit)


def counts(changes: Mapping[str, int] | tuple[Change, ...]) -> str:
    """``1 breaking, 2 notable, 14 notes``: how many there are of each severity."""
    of = Counter(each.severity for each in changes) if isinstance(changes, tuple) else changes
    told = [f"{of[each]} {each}{'s' if each == 'note' and of[each] > 1 else ''}" for each in SEVERITIES if of.get(each)]
    return ", ".join(told) or "no changes"


def headline(comparison: Comparison) -> str:
    """One line: ``onnx accuracy 0.9108 → 0.9121, two modules of onnx newly FP32, and 3 more``."""
    if comparison.error is not None and not comparison.changes:
        return f"could not be compared: {clipped(comparison.error)}"
    if not comparison.changes:
        return "no changes"
    told = [clipped(brief(change)) for change in comparison.changes[:_NAMED]]
    more = len(comparison.changes) - len(told)
    return ", ".join(told) + (f", and {more} more" if more else "")


def brief(change: Change) -> str:
    """A change in a few words."""
    shown = values(change)
    return sentence(change) if shown is None else f"{subject(change)} {shown[0]} → {shown[1]}"


class _Named(Mapping[str, str]):
    """What the names in a template stand for, in one change."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def __getitem__(self, name: str) -> str:
        made = _MADE.get(name)
        if made is not None:
            return made(self._change)
        value = self._change.arguments[name]
        if name in ("old", "new"):
            shown = values(self._change)
            return shown[name == "new"] if shown else one(value)
        return one(value)

    def __iter__(self) -> Any:
        return iter({**self._change.arguments, **_MADE})

    def __len__(self) -> int:
        return len({**self._change.arguments, **_MADE})


def _metric(change: Change) -> str:
    args = change.arguments.get("args")
    pairs = {str(pair[0]): pair[1] for pair in args if isinstance(pair, tuple)} if isinstance(args, tuple) else {}
    return lowered(metric_title(str(change.arguments["metric"]), pairs))


def _figure(change: Change) -> str:
    """What somebody reports: a metric, or another key of an entry."""
    figure = str(change.arguments["figure"])
    metric = figure.removeprefix("baseline ")
    named = _KEYS.get(metric) or lowered(metric_title(metric))
    return named if metric == figure else f"FP32 {named}"


def _number(change: Change, name: str) -> float | None:
    value = change.arguments.get(name)
    return float(value) if isinstance(value, int | float) else None


def _moved(change: Change) -> str:
    old, new = _number(change, "old"), _number(change, "new")
    return "rose" if old is not None and new is not None and new > old else "fell"


def _change(change: Change) -> str:
    """Absolute and relative."""
    moved, part = _number(change, "change"), _number(change, "relative")
    absolute = signed(moved) if moved is not None else ""
    return f"{absolute}, {signed_share(part)}" if part is not None else absolute


def _relative(change: Change) -> str:
    part = _number(change, "relative")
    return signed_share(part) if part is not None else "from nothing"


def _paired(change: Change) -> str:
    """What the answers in the store add."""
    beside = change.beside
    parts = []
    if isinstance(beside.get("paired"), float):
        low, high = (beside[name] for name in ("paired_low", "paired_high"))
        assert isinstance(low, float)
        assert isinstance(high, float)
        parts.append(f"sample by sample {signed(low)} to {signed(high)}")
        risen, fallen = ("newly right", "newly wrong") if beside["right"] else ("with more", "with less")
        samples = "sample" if beside["risen"] == 1 else "samples"
        parts.append(f"{beside['risen']} {samples} {risen}, {beside['fallen']} {fallen}")
    return f"; {', '.join(parts)}" if parts else ""


def _flips(change: Change) -> str:
    """Of answers that are right or wrong: the share that went wrong."""
    old, new = _number(change, "old_lost"), _number(change, "new_lost")
    if old is None or new is None:
        return ""
    return f"; {score(new)} went from right to wrong, and {score(old)} before"


def _allowed(change: Change) -> str:
    allowed = _number(change, "new_allowed")
    if allowed is None:
        return "none"
    return score(allowed) if change.arguments.get("new_absolute") else share(allowed)


def _score(change: Change) -> str:
    value = _number(change, "value")
    return score(value) if value is not None else "none"


def _count(change: Change) -> str:
    modules = change.arguments.get("modules")
    number = len(modules) if isinstance(modules, tuple) else 0
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} module{'' if number == 1 else 's'}"


def _modules(change: Change) -> str:
    modules = change.arguments.get("modules")
    return listed([clipped(str(module)) for module in modules], 6) if isinstance(modules, tuple) else ""


def _bytes(change: Change) -> str:
    old, new = _number(change, "old") or 0, _number(change, "new") or 0
    apart = int(abs(new - old))
    return megabytes(apart) if apart >= 10_000 else f"{apart} byte{'' if apart == 1 else 's'}"


def _what(change: Change) -> str:
    backend, approach = change.arguments.get("backend"), change.arguments.get("approach")
    return f"{approach}, {backend}" if backend else "reported"


def _words(change: Change) -> str:
    edits = word_edits(str(change.arguments["old"]), str(change.arguments["new"]))
    marks = {"removed": "−", "added": "+"}
    told = [f"{marks[edit.kind]}“{clipped(edit.text, 60)}”" for edit in edits if edit.kind != "kept"]
    return clipped(" ".join(told), 240)


def _named(name: str) -> Callable[[Change], str]:
    return lambda change: clipped(one(change.arguments[name]), 80)


_MADE: Final[Mapping[str, Callable[[Change], str]]] = {
    "allowed": _allowed,
    "bytes": _bytes,
    "change": _change,
    "count": _count,
    "figure": _figure,
    "flips": _flips,
    "metric": _metric,
    "modules": _modules,
    "moved": _moved,
    "paired": _paired,
    "part": lambda change: str(change.arguments["part"]).replace("_", " "),
    "relative": _relative,
    "score": _score,
    "text": _named("text"),
    "what": _what,
    "words": _words,
}
_FORMATTER: Final = Formatter()
