"""Which parts of three cards are the same part, and in which order the merged card has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from cardgen.publish.merge.model import Part

_LIKE = 0.6
"""Share of lines from which a section under another heading counts as the same one."""
_MOST_COMPARED = 2_000
"""Pairs of sections that are compared line by line."""


Pairing = Callable[[Sequence[Part], Sequence[Part]], dict[int, int]]
"""Finds the parts that two cards share."""


class Node(NamedTuple):
    """One part, wherever it stands; at least one of the three is there."""

    base: Part | None
    theirs: Part | None
    ours: Part | None


def arranged(base: Sequence[Part], theirs: Sequence[Part], ours: Sequence[Part], same: Pairing) -> list[Node]:
    """Every part once, in the merged order: theirs where they moved a part, else ours.

    What only one side has stands behind what it follows there.

    Args:
        base: the parts of the card as it was.
        theirs: those of one that was made from it.
        ours: those of another.
        same: finds the parts that two cards share.
    """
    to_theirs, to_ours = same(base, theirs), same(base, ours)
    nodes = [_node(base, theirs, ours, index, to_theirs.get(index), to_ours.get(index)) for index in range(len(base))]
    their_new = sorted({*range(len(theirs))} - {*to_theirs.values()})
    our_new = sorted({*range(len(ours))} - {*to_ours.values()})
    shared = same([theirs[index] for index in their_new], [ours[index] for index in our_new])
    both = {their_new[one]: our_new[other] for one, other in shared.items()}
    nodes += [_node(base, theirs, ours, None, index, both.get(index)) for index in their_new]
    nodes += [_node(base, theirs, ours, None, None, index) for index in sorted({*our_new} - {*both.values()})]
    by_theirs = _in_order(nodes, theirs, lambda node: node.theirs)
    by_ours = _in_order(nodes, ours, lambda node: node.ours)
    moved = [node.base for node in by_theirs if node.base] != [node.base for node in nodes if node.base and node.theirs]
    order = _woven(by_theirs, by_ours) if moved else _woven(by_ours, by_theirs)
    return [*order, *(node for node in nodes if node.theirs is None and node.ours is None)]


def _woven(order: Sequence[Node], more: Sequence[Node]) -> list[Node]:
    """``order``, and each node that only ``more`` has behind the one that it follows there."""
    places = {id(node): place for place, node in enumerate(order)}
    behind: list[list[Node]] = [[] for _ in range(len(order) + 1)]
    at = 0
    for node in more:
        if id(node) in places:
            at = places[id(node)] + 1
        else:
            behind[at].append(node)
    return [*behind[0], *(each for node, rest in zip(order, behind[1:], strict=True) for each in (node, *rest))]


def same_sections(some: Sequence[Part], others: Sequence[Part]) -> dict[int, int]:
    """Index of each section to that of the same one among others: by its place and text, then by ever less."""
    found: dict[int, int] = {}
    for key in (lambda part: (part.path, part.lines), lambda part: part.path, lambda part: part.title):
        _pair(some, others, found, key)
    _pair(some, others, found, lambda part: part.body or None)
    left = [index for index in range(len(some)) if index not in found and some[index].body]
    taken = set(found.values())
    free = [index for index in range(len(others)) if index not in taken and others[index].body]
    if len(left) * len(free) <= _MOST_COMPARED:
        for index in left:
            likeness = {other: _likeness(some[index], others[other]) for other in free if other not in found.values()}
            best = max(likeness, key=likeness.__getitem__, default=None)
            if best is not None and likeness[best] >= _LIKE:
                found[index] = best
    return found


def same_keys(some: Sequence[Part], others: Sequence[Part]) -> dict[int, int]:
    """Index of each key to that of the same one among others."""
    found: dict[int, int] = {}
    _pair(some, others, found, lambda part: part.path)
    return found


def _pair(
    some: Sequence[Part], others: Sequence[Part], found: dict[int, int], key: Callable[[Part], object | None]
) -> None:
    free: dict[object, list[int]] = {}
    taken = set(found.values())
    for index, part in enumerate(others):
        if index not in taken:
            free.setdefault(key(part), []).append(index)
    for index, part in enumerate(some):
        if index not in found and key(part) is not None and free.get(key(part)):
            found[index] = free[key(part)].pop(0)


def _likeness(one: Part, other: Part) -> float:
    matcher = SequenceMatcher(None, one.body, other.body, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _LIKE <= matcher.quick_ratio() else 0.0


def _node(base: Sequence[Part], theirs: Sequence[Part], ours: Sequence[Part], *places: int | None) -> Node:
    found: Iterator[Part | None] = (
        None if place is None else parts[place] for parts, place in zip((base, theirs, ours), places, strict=True)
    )
    return Node(*found)


def _in_order(nodes: Sequence[Node], parts: Sequence[Part], side: Callable[[Node], Part | None]) -> list[Node]:
    places = {id(part): place for place, part in enumerate(parts)}
    return sorted((node for node in nodes if side(node) is not None), key=lambda node: places[id(side(node))])
