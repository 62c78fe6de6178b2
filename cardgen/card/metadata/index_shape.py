"""The shape of a ``model-index`` block: which keys are where, which must be there, and what they hold.

Format: the model card metadata specification of the Hub (modelcard.md in huggingface/hub-docs).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cardgen.card.metadata.fault import Keys, MetadataFault, describe, text_remedy

INDEX = "model-index"
"""The block's key in front matter."""


@dataclass(frozen=True)
class Field:
    """One key of a mapping."""

    kind: Literal["text", "flag", "value", "any", "list", "mapping"]
    required: bool = False


Table = Mapping[str, Field]
_TEXT, _NEEDED = Field("text"), Field("text", required=True)

ENTRY: Table = {"name": _NEEDED, "results": Field("list", required=True)}
TASK: Table = {"type": _NEEDED, "name": _TEXT}
DATASET: Table = {
    "type": _NEEDED,
    "name": _NEEDED,
    "config": _TEXT,
    "split": _TEXT,
    "revision": _TEXT,
    "args": Field("any"),
}
METRIC: Table = {
    "type": _NEEDED,
    "value": Field("value", required=True),
    "name": _TEXT,
    "config": _TEXT,
    "args": Field("any"),
    "verified": Field("flag"),
    "verifyToken": _TEXT,
}
SOURCE: Table = {"name": _TEXT, "url": _NEEDED}
RESULT: Table = {
    "task": Field("mapping", required=True),
    "dataset": Field("mapping", required=True),
    "metrics": Field("list", required=True),
    "source": Field("mapping"),
}


@dataclass(frozen=True)
class Part:
    """What stands where a mapping of the block belongs."""

    keys: Keys
    table: Table
    value: object


def index_parts(data: object) -> Iterator[Part]:
    """Every place of the block where a mapping belongs, outermost first; what is no list holds none."""
    for place, entry in _items(data, (INDEX,)):
        yield Part(place, ENTRY, entry)
        for at, result in _items(_get(entry, "results"), (*place, "results")):
            yield Part(at, RESULT, result)
            for name, table in (("task", TASK), ("dataset", DATASET), ("source", SOURCE)):
                if _get(result, name) is not None:
                    yield Part((*at, name), table, _get(result, name))
            for below, metric in _items(_get(result, "metrics"), (*at, "metrics")):
                yield Part(below, METRIC, metric)


def shape_faults(data: object) -> Iterator[MetadataFault]:
    """What is missing, and what is of another type than the format says; an optional key may be empty."""
    if not isinstance(data, list):
        yield MetadataFault((INDEX,), f"must be a list, not {describe(data)}", "write `- name: …` with its `results`")
    for part in index_parts(data):
        if not isinstance(part.value, Mapping):
            message = f"must be a mapping, not {describe(part.value)}"
            yield MetadataFault(part.keys, message, f"its keys are: {', '.join(part.table)}")
            continue
        for key, field in part.table.items():
            yield from _field_faults((*part.keys, key), field, part.value.get(key), given=key in part.value)


def _field_faults(keys: Keys, field: Field, value: object, *, given: bool) -> Iterator[MetadataFault]:
    if value is None:
        if field.required:
            yield MetadataFault(keys, "is empty" if given else "is missing", _what_to_add(keys, field))
    elif field.kind == "text" and not isinstance(value, str):
        yield MetadataFault(keys, f"must be text, not {describe(value)}", text_remedy(value))
    elif field.kind == "list" and not isinstance(value, list):
        yield MetadataFault(keys, f"must be a list, not {describe(value)}", "start each item with `- `")
    elif field.kind == "flag" and not isinstance(value, bool):
        yield MetadataFault(keys, f"must be true or false, not {describe(value)}", "write true or false without quotes")


def _what_to_add(keys: Keys, field: Field) -> str:
    return f"add `{keys[-1]}: …`" if field.kind in ("text", "value") else f"add `{keys[-1]}:` and what it holds"


def _items(data: object, keys: Keys) -> Iterator[tuple[Keys, Any]]:
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield (*keys, index), item


def _get(data: object, key: str) -> Any:
    return data.get(key) if isinstance(data, Mapping) else None
