"""What the Hub makes of a ``model-index`` block whose shape is right: what it ignores, and what readers cannot use."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cardgen.card.metadata.fault import Keys, MetadataFault, describe, key_text, shows, text_remedy
from cardgen.card.metadata.index_shape import INDEX, METRIC, SOURCE, TASK, Field, Part, index_parts, shape_faults
from cardgen.catalog.suggest import remedy_for
from cardgen.catalog.tasks import TASK_NAMES


def index_faults(data: object) -> Iterator[MetadataFault]:
    """Everything that is wrong with the block, its shape included."""
    yield from shape_faults(data)
    if isinstance(data, list) and not data:
        yield MetadataFault((INDEX,), "is empty", "list results, or leave the key out", "warning")
    for part in index_parts(data):
        if isinstance(part.value, Mapping):
            yield from _part_faults(part, part.value)


def _part_faults(part: Part, value: Mapping[Any, Any]) -> Iterator[MetadataFault]:
    for key, item in value.items():
        field = part.table.get(key) if isinstance(key, str) else None
        at = (*part.keys, key_text(key))
        if field is None:
            remedy = remedy_for(key, tuple(part.table)) if isinstance(key, str) and len(key) < 100 else ""
            yield MetadataFault(at, "is not a key that the Hub knows here", remedy or "leave it out", "warning")
        elif _holds_nothing(item, field):
            yield MetadataFault(at, "is empty", text_remedy(None))
        elif field.kind == "any" and item is not None and not isinstance(item, Mapping):
            message = f"must be a mapping of arguments, not {describe(item)}"
            remedy = "a configuration's name belongs under `config`" if isinstance(item, str) else ""
            yield MetadataFault(at, message, remedy, "warning")
    if part.table is TASK:
        yield from _task_faults((*part.keys, "type"), value.get("type"))
    elif part.table is METRIC:
        yield from _value_faults((*part.keys, "value"), value.get("value"))
    elif part.table is SOURCE:
        yield from _url_faults((*part.keys, "url"), value.get("url"))
    elif isinstance(value.get("metrics"), list):
        yield from _alike((*part.keys, "metrics"), value["metrics"])


def _holds_nothing(value: object, field: Field) -> bool:
    """Whether a key stands there for nothing; that of a needed one is a fault of the shape."""
    if value is None:
        return not field.required
    return field.kind == "text" and isinstance(value, str) and not value.strip()


def _task_faults(keys: Keys, task: object) -> Iterator[MetadataFault]:
    if isinstance(task, str) and task.strip() and task not in TASK_NAMES:
        shown = f"`{task}` is" if shows(task) else "is"
        remedy = remedy_for(task, TASK_NAMES) if len(task) < 100 else ""
        yield MetadataFault(
            keys, f"{shown} not a task (pipeline tag) of the Hub", remedy or "write one of its tasks", "warning"
        )


def _value_faults(keys: Keys, value: object) -> Iterator[MetadataFault]:
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return
        if math.isfinite(number):
            message, remedy = "is a number in quotes, which readers cannot compare", "write it without quotes"
            yield MetadataFault(keys, message, remedy, "warning")
        else:
            yield MetadataFault(keys, f"is not a finite number: {value.strip()}", "give a number, or leave it out")
    elif value is not None and (isinstance(value, bool) or not isinstance(value, int | float | Decimal)):
        yield MetadataFault(keys, f"must be a number or text, not {describe(value)}", "give a number", "warning")


def _url_faults(keys: Keys, url: object) -> Iterator[MetadataFault]:
    if isinstance(url, str) and url.strip() and not url.startswith(("http://", "https://")):
        yield MetadataFault(keys, "is not an address", "start it with https://", "warning")


def _alike(keys: Keys, metrics: list[Any]) -> Iterator[MetadataFault]:
    """Values that nothing tells apart: leaderboards keep one of them."""
    seen: set[tuple[object, ...]] = set()
    for index, metric in enumerate(metrics):
        told_by = _told_by(metric) if isinstance(metric, Mapping) else None
        if told_by in seen:
            message = "has the type, name and arguments of an earlier one, so that readers cannot tell them apart"
            yield MetadataFault((*keys, index), message, "name each value after its variant", "warning")
        if told_by is not None:
            seen.add(told_by)


def _told_by(metric: Mapping[Any, Any]) -> tuple[object, ...] | None:
    """What tells a value from others; ``None`` where that is no plain text or number."""
    args = metric.get("args")
    pairs = tuple(args.items()) if isinstance(args, Mapping) else (("args", args),)
    told_by = [metric.get(key) for key in ("type", "name", "config")] + [part for pair in pairs for part in pair]
    plain = all(each is None or isinstance(each, str | int | float) for each in told_by)
    return tuple(told_by) if plain else None
