"""Values of YAML in which nothing is odd, as that of nearly every manifest: quickly, and without their places."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import yaml

from cardgen.manifest.scalars import ScalarError, read_scalar
from cardgen.patterns import regex

DEEPEST = 20
"""Levels of nesting that a manifest may have; it needs six."""

UNSEEN = regex("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no value may hold."""

_MOST_EVENTS = 500_000
"""No manifest has as many; a hostile one is not read to its end first."""

_Container = list[Any] | dict[str, Any]


class OddYamlError(Exception):
    """There is something to say of the text: :mod:`cardgen.manifest.yaml` reads it again, and says what and where."""


def fast_events(text: str) -> list[yaml.Event] | None:
    """The events by libyaml, five times as fast; ``None`` where it is absent, or finds a mistake.

    PyYAML's own reader explains mistakes better, and knows the place of each.
    """
    loader = getattr(yaml, "CSafeLoader", None)
    if loader is None or any(char in text for char in "\t\ufeff"):  # the two readers take these differently
        return None
    try:
        parser = loader(text)
        try:
            events = list(itertools.islice(iter(parser.get_event, None), _MOST_EVENTS))
        finally:
            parser.dispose()
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return events if len(events) < _MOST_EVENTS else None


def plain_value(events: Iterable[yaml.Event]) -> Any:
    """The value of one document.

    Raises:
        OddYamlError: where a manifest may not hold what the events say.
    """
    into: _Container = []
    key: str | None = None
    around: list[_Container] = []
    documents = 0
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
            if isinstance(into, list):
                into.append(value)
            elif key is None:
                key = _key(event.value, value, into)
            else:
                into[key] = value
                key = None
        elif isinstance(event, yaml.CollectionStartEvent):
            opened: _Container = {} if isinstance(event, yaml.MappingStartEvent) else []
            if event.anchor is not None or event.tag is not None or len(around) >= DEEPEST:
                raise OddYamlError
            if isinstance(into, list):
                into.append(opened)
            elif key is None:
                raise OddYamlError
            else:
                into[key] = opened
                key = None
            around.append(into)
            into = opened
        elif isinstance(event, yaml.CollectionEndEvent):
            into = around.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise OddYamlError
        elif isinstance(event, yaml.AliasEvent):
            raise OddYamlError
    return into[0] if isinstance(into, list) and into else None


def _scalar(event: yaml.ScalarEvent) -> Any:
    text = event.value
    if event.anchor is not None or event.tag is not None or (not text.isprintable() and UNSEEN.search(text)):
        raise OddYamlError
    if not event.implicit[0]:
        return text
    try:
        return read_scalar(text)
    except ScalarError as error:
        raise OddYamlError from error


def _key(text: str, value: Any, mapping: dict[str, Any]) -> str:
    """The text of a key; a plain 0 or 12 can only be meant as that."""
    if text in mapping or not (isinstance(value, str) or (type(value) is int and str(value) == text)):
        raise OddYamlError
    return text
