"""Compares two states of a card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from cardgen.errors import CardgenError
from cardgen.review.diff.change import SEVERITIES, Change, Comparison, Severity
from cardgen.review.diff.changes import (
    code,
    environment,
    fidelity,
    files,
    findings,
    imported,
    inputs,
    manifest,
    metadata,
    modules,
    origins,
    presence,
    prose,
    quantization,
    scores,
    sizes,
    speed,
)
from cardgen.review.diff.facts.picture import Picture, picture_of
from cardgen.review.diff.rules import RULES, change
from cardgen.review.state import State

_FAMILIES: Final[tuple[Callable[[Picture, Picture], Iterator[Change]], ...]] = (
    presence.changes,
    origins.changes,
    imported.changes,
    scores.changes,
    fidelity.changes,
    modules.changes,
    sizes.changes,
    speed.changes,
    quantization.changes,
    inputs.changes,
    environment.changes,
    metadata.changes,
    code.changes,
    findings.changes,
    prose.changes,
    manifest.changes,
)
DEFAULTS: Final[Mapping[str, Severity]] = MappingProxyType({})
"""A project that names no severities: those of the table hold."""
_PLACES: Final = {rule: index for index, rule in enumerate(RULES)}


def compare(old: State | None, new: State | None, severities: Mapping[str, Severity] = DEFAULTS) -> Comparison:
    """What changed in meaning between two states of a card.

    What was only moved, or worded anew by another version of cardgen, is no change.

    Args:
        old: as it was; ``None`` for a card that is new.
        new: as it is; ``None`` for a card that is gone.
        severities: the project's own, by rule.

    Returns:
        The changes; an error in their place where the two cannot be compared.

    Raises:
        ValueError: where there is neither.
    """
    there = new or old
    if there is None:
        raise ValueError("there is nothing to compare")
    labels = old.label if old else None, new.label if new else None
    try:
        found = tuple(_changes(old, new))
    except CardgenError as error:
        return Comparison(there.name, *labels, (), str(error))
    judged = (replace(each, severity=severities.get(each.rule, each.severity)) for each in found)
    return Comparison(there.name, *labels, in_order(judged), _incomparable(old, new))


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Each once: the worst first, then as the table has their rules, then by place."""
    once = {each.fingerprint: each for each in changes}.values()
    return tuple(sorted(once, key=lambda each: (SEVERITIES.index(each.severity), _PLACES[each.rule], each.place)))


def _changes(old: State | None, new: State | None) -> Iterator[Change]:
    yield from files.changes(old, new)
    if old is None or new is None:
        yield change("card-gone" if new is None else "card-new", "card")
        return
    both = old.manifest is not None and new.manifest is not None
    was, now = (picture_of(state, trust_manifest=both) for state in (old, new))
    for family in _FAMILIES:
        yield from family(was, now)


def _incomparable(old: State | None, new: State | None) -> str | None:
    """Why what was found cannot be all, where one side lacks what the other has."""
    if old is None or new is None:
        return None
    bare = [state.manifest is None and state.evidence is None for state in (old, new)]
    if bare[0] != bare[1]:
        one, other = (old, new) if bare[0] else (new, old)
        return f"{one.label} holds a card and no records, so that its figures cannot be compared with {other.label}"
    if bare[0] and (old.card is None or new.card is None):
        return f"{(old if old.card is None else new).label} holds nothing that could be compared"
    return None
