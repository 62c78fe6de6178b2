"""Keys of a manifest that no other family looks at, so that none is changed without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardgen.manifest.model import Manifest, Metric
from cardgen.patterns import regex
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.facts.scores import scores_of
from cardgen.review.diff.rules import change

_TOLD_ELSEWHERE: Final = regex(
    r"version|repo_id|card|title|task|metadata|generation|reported|prose|details|citation"
    r"|base_model\.(id|path|revision|trust_remote_code)"
    r"|variants\.[^.]+\.(backend|approach|options|calibration\.(split|samples|batch_size|seed)|fallback\.(modules|tolerance|absolute))"
    r"|variants\.[^.]+\.calibration\.dataset\.(id|path|config|split|revision)"
    r"|evaluation\.(dataset\.(id|path|config|split|revision)|columns|metrics|primary|scales|batch_size|limit)"
)
"""Beginnings of the keys that the other families look at; metrics are told as one list."""


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What is asked for besides, and was."""
    one, other = old.state.manifest, new.state.manifest
    if one is None or other is None:
        return
    told = _measures_what_is_asked(old, one) and _measures_what_is_asked(new, other)
    was, now = _leaves(one, metrics=not told), _leaves(other, metrics=not told)
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key) and _in_both(key, one, other):
            yield change("manifest-changed", key, key=key, old=was.get(key), new=now.get(key))


def _measures_what_is_asked(picture: Picture, manifest: Manifest) -> bool:
    """Whether a metric that is new or gone is so among the scores as well, which tell more of it."""
    asked = manifest.evaluation.metrics if manifest.evaluation else ()
    wanted = {(metric.type, tuple(sorted(metric.args.items()))) for metric in asked}
    scored = [scores_of(subject).values() for subject in picture.subjects.values() if subject.chain]
    found = [{(figure.metric, figure.args) for figure in figures} for figures in scored if figures]
    return bool(found) and all(each == wanted for each in found)


def _in_both(key: str, one: Manifest, other: Manifest) -> bool:
    """Not of a variant that is gone or new."""
    top, _dot, rest = key.partition(".")
    name = rest.partition(".")[0]
    return top != "variants" or (name in one.variants and name in other.variants)


def _leaves(manifest: Manifest, *, metrics: bool) -> dict[str, Argument]:
    """Dotted key to value."""
    found = dict(_flat("", manifest.model_dump(mode="json")))
    if metrics and manifest.evaluation:
        found["evaluation.metrics"] = tuple(map(_titled, manifest.evaluation.metrics))
    return found


def _titled(metric: Metric) -> str:
    return ", ".join([metric.type, *(f"{name} {value}" for name, value in sorted(metric.args.items()))])


def _flat(key: str, value: Any) -> Iterator[tuple[str, Argument]]:
    matched = _TOLD_ELSEWHERE.match(key)
    if matched and key[matched.end() :][:1] in ("", "."):
        return
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _flat(f"{key}.{name}".removeprefix("."), each)
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for number, each in enumerate(value):
            yield from _flat(f"{key}.{number}", each)
    elif value not in (None, []):  # an empty list says no more than a key that is not there
        yield key, tuple(value) if isinstance(value, list) else value
