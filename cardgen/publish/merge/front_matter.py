"""Front matter merged by key: comments, order and style stay as they are where cardgen changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cardgen.publish.merge.arrangement import Node, arranged, same_keys
from cardgen.publish.merge.generated import FACT_KEYS
from cardgen.publish.merge.lines import chunks
from cardgen.publish.merge.model import Conflict, Lines, Part, three_way
from cardgen.publish.merge.sections import Pieces

_ABSENT = object()


@dataclass
class Merging:
    """What is gathered while parts are merged."""

    kept: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def merge_front_matter(base: Pieces, theirs: Pieces, ours: Pieces, into: Merging) -> Lines:
    """The merged front matter, ``---`` lines and the blank lines behind it included."""
    lines: list[str] = []
    for node in arranged(base.keys, theirs.keys, ours.keys, same_keys):
        lines += _key(node, base, theirs, ours, into)
    opening = three_way(base.opening, theirs.opening, ours.opening)
    closing = three_way(base.closing, theirs.closing, ours.closing)
    return (*opening, *lines, *closing) if opening or not lines else (*ours.opening, *lines, *ours.closing)


def _key(node: Node, base: Pieces, theirs: Pieces, ours: Pieces, into: Merging) -> Lines:
    was, there, here = node
    name = next(part.path[0] for part in node if part)
    if there is None:
        if was is None or here is None:
            return here.lines if here and was is None else ()
        if name in FACT_KEYS:
            into.conflicts.append(Conflict(was.title, "what cardgen says of the model was deleted", 1, (), here.lines))
        into.deleted.append(was.title)
        return ()
    first, second, third = (pieces.data.get(name, _ABSENT) for pieces in (base, theirs, ours))
    if name in FACT_KEYS and not _same(second, first) and not _same(second, third):
        why = "what cardgen says of the model was edited"
        into.conflicts.append(Conflict(there.title, why, there.first, there.lines, here.lines if here else ()))
        return ()
    if here is None:
        if was is not None and was.lines == there.lines:
            return ()
        if was is not None:
            why = "it was edited, and cardgen no longer writes it"
            into.conflicts.append(Conflict(there.title, why, there.first, there.lines, ()))
        into.kept.append(there.title)
        return there.lines
    if was is None:
        if not _same(second, third):
            why = "both sides added it, with different values"
            into.conflicts.append(Conflict(there.title, why, there.first, there.lines, here.lines))
        return there.lines if _remarks(there) else here.lines
    merged = _lines(was, there, here)
    if merged is None and _same(second, first):
        merged = (*_remarks(there), *here.lines)
    elif merged is None and _same(second, third):
        merged = there.lines
    if merged is None:
        why = "both sides changed it"
        into.conflicts.append(Conflict(there.title, why, there.first, there.lines, here.lines))
        return ()
    if there.lines not in (was.lines, here.lines):
        into.kept.append(there.title)
    return merged


def _lines(was: Part, there: Part, here: Part) -> Lines | None:
    merged: list[str] = []
    for chunk in chunks(was.lines, there.lines, here.lines):
        agreed = chunk.agreed
        if agreed is None:
            return None
        merged += agreed
    return tuple(merged)


def _remarks(part: Part) -> Lines:
    return tuple(line for line in part.lines if line.lstrip().startswith("#"))


def _same(one: Any, other: Any) -> bool:
    return (type(one) is type(other) and one == other) or _as_list(one) == _as_list(other) != []


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []
