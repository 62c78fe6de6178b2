"""Bytes of the weights, and parameters."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import in_both, relative
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.rules import change

_SLIGHTLY = 0.01
"""Of the smaller; below it lies what another version of an exporter writes beside the weights."""


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """How large the variants are, and were."""
    told: set[tuple[Argument, ...]] = set()
    for one, other in in_both(old, new):
        was, now = _bytes(one), _bytes(other)
        if was is not None and now is not None and was != now:
            rule = "size-grew" if now > was else "size-shrank"
            slightly = "-slightly" if abs(now - was) < _SLIGHTLY * min(was, now) else ""
            moved = {"old": was, "new": now, "relative": relative(was, now)}
            yield change(rule + slightly, f"{one.place}.size", moved, variant=one.name)
        yield from _exports(one, other, told)


def _bytes(subject: Subject) -> int | None:
    if subject.inspected is not None:
        return subject.inspected.size_bytes
    if subject.chain is None:
        return None
    found = subject.chain.quantize or subject.chain.export
    return found.weight_bytes if found else None


def _exports(one: Subject, other: Subject, told: set[tuple[Argument, ...]]) -> Iterator[Change]:
    """The FP32 model, once for all variants that share it."""
    if one.chain is None or other.chain is None or one.chain.export is None or other.chain.export is None:
        return
    was, now = one.chain.export, other.chain.export
    quantized = one.chain.quantize is not None or other.chain.quantize is not None
    backends = one.chain.made.request.backend, other.chain.made.request.backend
    once = (*backends, was.weight_bytes, now.weight_bytes)
    if quantized and was.weight_bytes != now.weight_bytes and once not in told:
        told.add(once)
        moved = {
            "old": was.weight_bytes,
            "new": now.weight_bytes,
            "relative": relative(was.weight_bytes, now.weight_bytes),
        }
        yield change("baseline-size-changed", f"{one.place}.baseline.size", moved, variant=one.name)
    if was.parameters != now.parameters and (was.parameters, now.parameters) not in told:
        told.add((was.parameters, now.parameters))
        yield change("parameters-changed", "base_model.parameters", old=was.parameters, new=now.parameters)
