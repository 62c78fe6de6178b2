"""What ``evaluate.save`` writes (0.4.6): what a user gave it, and a few keys of its own that begin with ``_``.

A score of an evaluator that was told to resample is an object with its interval and its standard error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardgen.records.results_file import Figure, ResultsFile
from cardgen.results.document import Document
from cardgen.results.gather import Found, gather, hidden_model, no_number
from cardgen.results.values import elements, finite, members, model_id, name_of, not_negative, version_of

TOOL: Final = "evaluate"
_MARK = "_evaluate_version"
_UNITS: Final = {"total_time_in_seconds": "s", "latency_in_seconds": "s", "samples_per_second": "samples/s"}
_ENDS = 2


def recognises(document: Document) -> bool:
    """Whether the tool wrote it."""
    return _MARK in (document.json_object or {})


def read(document: Document) -> ResultsFile:
    """What it says."""
    content = document.json_object or {}
    return gather(
        document,
        _found(content),
        tool=TOOL,
        tool_version=version_of(content[_MARK]),
        model=model_id(content.get("model")),
    )


def _found(content: Mapping[str, Any]) -> Iterator[Found]:
    yield from hidden_model(content.get("model"))
    for key, stated in content.items():
        metric = name_of(key)
        if metric is None or key.startswith("_") or isinstance(stated, str | bool):
            continue
        resampled = members(stated)
        value = finite(resampled.get("score") if resampled else stated)
        if value is None:
            yield no_number(metric, None, resampled.get("score") if resampled else stated)
            continue
        low, high = _interval(resampled)
        yield Figure(
            metric=metric,
            value=value,
            unit=_UNITS.get(metric),
            standard_error=not_negative(resampled.get("standard_error")),
            low=low,
            high=high,
            task=name_of(content.get("task")),
        )


def _interval(resampled: Mapping[str, Any]) -> tuple[float | None, float | None]:
    ends = [finite(end) for end in elements(resampled.get("confidence_interval"))]
    if len(ends) != _ENDS or ends[0] is None or ends[1] is None or ends[0] > ends[1]:
        return None, None
    return ends[0], ends[1]
