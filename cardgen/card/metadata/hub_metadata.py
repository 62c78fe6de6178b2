"""Whether the Hub will take a card's metadata, and understand it: all of it is checked here, without a network.

The rules are those of the Hub's metadata specification and of its validator (``POST /api/validate-yaml``), which
rejects a push for some faults and shows a warning above the card for others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from cardgen.card.metadata.fault import (
    Keys,
    MetadataFault,
    Severity,
    describe,
    finite_faults,
    key_text,
    shows,
    text_remedy,
)
from cardgen.card.metadata.index_rules import index_faults
from cardgen.catalog import languages
from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.licenses import LICENSES
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.catalog.suggest import nearest, remedy_for

RELATIONS = ("adapter", "merge", "quantized", "finetune")
"""What ``base_model_relation`` may be."""

_LIKE_A_SLIP = 0.8
"""Likeness from which an unknown key counts as a misspelt one: ``licence``, ``languages``, ``tag``."""
_LIKE_A_TASK = 0.9
"""Likeness from which a tag counts as a misspelt task."""
_LONGEST_NAME = 100
"""Characters; longer texts are no slips of a name, and comparing them takes long."""

Check = Callable[[Keys, Any], Iterator[MetadataFault]]


def validate_metadata(data: Mapping[str, Any]) -> tuple[MetadataFault, ...]:
    """Everything that is wrong with front matter, in its order; what is missing comes last.

    Args:
        data: as YAML gives it, of any card: no type is taken for granted.
    """
    found: list[MetadataFault] = []
    for key, value in data.items():
        if not isinstance(key, str):
            message = f"a key must be text, not {describe(key)}"
            found.append(MetadataFault((key_text(key),), message, "put it in quotes, or leave it out", "warning"))
        elif key in _CHECKS:
            found += _CHECKS[key]((key,), value)
        elif meant := _nearest(key, tuple(_CHECKS)):
            message = "is not a key that the Hub knows"
            found.append(MetadataFault((key,), message, f"did you mean `{meant}`?", "warning"))
    found += _license_terms(data)
    if data.get("base_model_relation") is not None and data.get("base_model") is None:
        message = "says nothing without `base_model`"
        found.append(MetadataFault(("base_model_relation",), message, "name the base model", "warning"))
    found += finite_faults(data)
    told: dict[tuple[Keys, str], MetadataFault] = {}  # two keys that cannot be printed look the same
    for fault in found:
        told.setdefault((fault.keys, fault.message), fault)
    orders: dict[int, dict[Any, int]] = {}
    return tuple(sorted(told.values(), key=lambda fault: _place(data, fault.keys, orders)))


def _place(data: Any, keys: Keys, orders: dict[int, dict[Any, int]]) -> tuple[int, ...]:
    """Where a key path stands among others; what is missing comes after what is there.

    Args:
        data: the metadata.
        keys: the path.
        orders: of each mapping that was asked about, by its ``id``, where its keys stand.
    """
    place = []
    for key in keys:
        if isinstance(data, Mapping):
            order = orders.get(id(data))
            if order is None:
                order = orders[id(data)] = {known: position for position, known in enumerate(data)}
            place.append(order.get(key, len(data)))
            data = data.get(key)
        else:
            place.append(key if isinstance(key, int) else 0)
            data = data[key] if isinstance(data, list) and isinstance(key, int) else None
    return tuple(place)


def _text(keys: Keys, value: Any) -> Iterator[MetadataFault]:
    if value is None or value == "" or (isinstance(value, str) and value.isspace()):
        yield MetadataFault(keys, "is empty", text_remedy(None))
    elif not isinstance(value, str):
        yield MetadataFault(keys, f"must be text, not {describe(value)}", text_remedy(value))


def _texts(keys: Keys, value: Any, each: Check, *, alone: bool) -> Iterator[MetadataFault]:
    """A list of texts, or (``alone``) one text."""
    if alone and isinstance(value, str):
        yield from _text_then(keys, value, each)
        return
    if value is None:
        yield MetadataFault(keys, "is empty", text_remedy(None))
        return
    if not isinstance(value, list):
        kind = "text or a list of texts" if alone else "a list of texts"
        remedy = f"write [{value}]" if isinstance(value, str) and shows(value) else text_remedy(value)
        yield MetadataFault(keys, f"must be {kind}, not {describe(value)}", remedy)
        return
    told: set[str] = set()
    for index, item in enumerate(value):
        yield from _text_then((*keys, index), item, each)
        if isinstance(item, str) and item in told:
            shown = f"`{item}` is" if shows(item) else "is"
            yield MetadataFault((*keys, index), f"{shown} given twice", "keep one", "warning")
        elif isinstance(item, str):
            told.add(item)


def _text_then(keys: Keys, value: Any, each: Check) -> Iterator[MetadataFault]:
    faults = tuple(_text(keys, value))
    yield from faults or each(keys, value)


def _anything(_keys: Keys, _value: Any) -> Iterator[MetadataFault]:
    yield from ()


def _list_of(each: Check, *, alone: bool) -> Check:
    return lambda keys, value: _texts(keys, value, each, alone=alone)


def _one_of(choices: Collection[str], what: str, otherwise: str, severity: Severity = "error") -> Check:
    def check(keys: Keys, value: str) -> Iterator[MetadataFault]:
        if value not in choices:
            shown = f"`{value}` is" if shows(value) else "is"
            remedy = remedy_for(value, choices) if len(value) < _LONGEST_NAME else ""
            yield MetadataFault(keys, f"{shown} not {what}", remedy or otherwise, severity)

    return check


def _id(keys: Keys, value: str) -> Iterator[MetadataFault]:
    if fault := id_fault(value):
        remedy = fault[1].removesuffix("; a local one is given by `path`")  # so it is in a manifest only
        yield MetadataFault(keys, f"`{value}` {fault[0]}" if shows(value) else fault[0], remedy)


def _language(keys: Keys, value: str) -> Iterator[MetadataFault]:
    if fault := _language_fault(value):
        yield MetadataFault(keys, f"`{value}` {fault[0]}" if shows(value) else fault[0], fault[1])


@lru_cache(maxsize=1024)
def _language_fault(code: str) -> tuple[str, str] | None:
    return languages.language_fault(code)


def _tag(keys: Keys, value: str) -> Iterator[MetadataFault]:
    if value in PIPELINE_TAGS or len(value) > _LONGEST_NAME:
        return
    if meant := _task_meant(value):
        yield MetadataFault(keys, f"`{value}` looks like a misspelt task", f"did you mean `{meant}`?", "warning")


@lru_cache(maxsize=1024)
def _task_meant(tag: str) -> str | None:
    return nearest(tag, PIPELINE_TAGS, cutoff=_LIKE_A_TASK)


def _list(keys: Keys, value: Any) -> Iterator[MetadataFault]:
    if not isinstance(value, list):
        message = "is empty" if value is None else f"must be a list, not {describe(value)}"
        yield MetadataFault(keys, message, "start each item with `- `")


def _license_terms(data: Mapping[str, Any]) -> Iterator[MetadataFault]:
    given = data.get("license")
    other = given == "other" or (isinstance(given, list) and "other" in given)
    for key in ("license_name", "license_link"):
        if other and data.get(key) is None:
            if key not in data:
                message, remedy = "is missing", "`license: other` needs license_name and license_link"
                yield MetadataFault((key,), message, remedy)
        elif key == "license_name" and not other and data.get(key) is not None:
            message, remedy = "only goes with `license: other`", "leave it out, or change the licence"
            yield MetadataFault((key,), message, remedy, "warning")


def _nearest(key: str, choices: Collection[str]) -> str | None:
    return nearest(key, choices, cutoff=_LIKE_A_SLIP) if len(key) < _LONGEST_NAME else None


_license = _one_of(LICENSES, "a licence identifier of the Hub", "write `other`, with license_name and license_link")
_task = _one_of(
    PIPELINE_TAGS, "a task (pipeline tag) of the Hub", "see https://huggingface.co/tasks for those", "warning"
)
_relation = _one_of(RELATIONS, "a relation that the Hub knows", f"known are: {', '.join(RELATIONS)}")

_CHECKS: Mapping[str, Check] = {
    "license": _list_of(_license, alone=True),
    "license_name": _text,
    "license_link": _text,
    "language": _list_of(_language, alone=True),
    "language_bcp47": _list_of(_anything, alone=True),
    "library_name": _text,
    "pipeline_tag": lambda keys, value: _text_then(keys, value, _task),
    "tags": _list_of(_tag, alone=False),
    "datasets": _list_of(_id, alone=True),
    "metrics": _list_of(_anything, alone=False),
    "base_model": _list_of(_id, alone=True),
    "base_model_relation": lambda keys, value: _text_then(keys, value, _relation),
    "new_version": lambda keys, value: _text_then(keys, value, _id),
    "thumbnail": _text,
    "widget": _list,
    "inference": _anything,
    "co2_eq_emissions": _anything,
    "model-index": lambda _keys, value: index_faults(value),
}
"""Keys that the Hub knows; what follows no rule of its own is passed on."""
