"""Keys of a manifest that no other family looks at, so that none is changed without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardgen.manifest.model import Manifest
from cardgen.patterns import regex
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.rules import change

_TOLD_ELSEWHERE: Final = regex(
    r"version|repo_id|card|title|task|metadata|generation|reported|prose|details|citation"
    r"|base_model\.(id|path|revision|trust_remote_code)"
    r"|variants\.[^.]+\.(backend|approach|options|calibration|fallback\.(modules|tolerance|absolute))"
    r"|evaluation\.(dataset\.(id|path|config|split|revision)|columns|primary|scales|batch_size|limit)"
)
"""Beginnings of the keys that the other families look at."""


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What is asked for besides, and was."""
    one, other = old.state.manifest, new.state.manifest
    if one is None or other is None:
        return
    built = old.evidence is not None and new.evidence is not None
    was, now = _leaves(one, metrics=not built), _leaves(other, metrics=not built)
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key) and _in_both(key, one, other):
            yield change("manifest-changed", key, key=key, old=was.get(key), new=now.get(key))


def _in_both(key: str, one: Manifest, other: Manifest) -> bool:
    """Not of a variant that is gone or new."""
    top, _dot, rest = key.partition(".")
    name = rest.partition(".")[0]
    return top != "variants" or (name in one.variants and name in other.variants)


def _leaves(manifest: Manifest, *, metrics: bool) -> dict[str, Argument]:
    """Dotted key to value; those of metrics where no scores tell which there are."""
    found = dict(_flat("", manifest.model_dump(mode="json")))
    return {key: value for key, value in found.items() if metrics or not key.startswith("evaluation.metrics")}


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
    elif value is not None:
        yield key, tuple(value) if isinstance(value, list) else value
