"""Which record of the evidence was the one of a step that has none now.

A record does not name its step; its kind, backend and request, and what it needed, tell which it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cardgen.plan.model import Step
from cardgen.records.record import DoneRecord
from cardgen.records.request import StepRequest
from cardgen.review.check.differences import likeness

_ASKED_OF_A_MODEL = ("predict", "compare", "benchmark")


def nearest_records(steps: Sequence[Step], records: Sequence[DoneRecord]) -> dict[str, DoneRecord]:
    """Fingerprint of each step to its record, or to the most alike of those that no step has; none may be left for it.

    Args:
        steps: a plan's, in its order.
        records: the evidence's.
    """
    by_fingerprint = {record.fingerprint: record for record in records}
    found = {step.fingerprint: by_fingerprint[step.fingerprint] for step in steps if step.fingerprint in by_fingerprint}
    spare = {fingerprint: record for fingerprint, record in by_fingerprint.items() if fingerprint not in found}
    for level in _levels(steps):
        pairs = [
            (_alike(step, record, found), step, record)
            for step in level
            if step.fingerprint not in found
            for record in spare.values()
            if _sort(step.request) == _sort(record.request)
        ]
        for _likeness, step, record in sorted(pairs, key=lambda pair: pair[0], reverse=True):  # stable: in plan order
            if step.fingerprint not in found and record.fingerprint in spare:
                found[step.fingerprint] = spare.pop(record.fingerprint)
    return {**dict(_of_same_model(steps, records, found)), **found}


def _of_same_model(
    steps: Iterable[Step], records: Iterable[DoneRecord], found: Mapping[str, DoneRecord]
) -> Iterator[tuple[str, DoneRecord]]:
    """For steps that are left: what the same model was asked otherwise, though another step has that record."""
    for step in steps:
        model = found.get(step.needs.get("model", ""))
        if step.fingerprint in found or model is None or step.request.kind not in _ASKED_OF_A_MODEL:
            continue
        others = [
            record
            for record in records
            if _sort(record.request) == _sort(step.request) and record.needs.get("model") == model.fingerprint
        ]
        if others:
            yield step.fingerprint, max(others, key=lambda record: _alike(step, record, found))


def _levels(steps: Iterable[Step]) -> list[list[Step]]:
    """Steps by how many stand before them: what a step needs is matched before it."""
    depths: dict[str, int] = {}
    levels: list[list[Step]] = []
    waiting = list(steps)
    names = {step.fingerprint for step in waiting}
    while waiting:
        later = []
        for step in waiting:
            needed = [need for need in step.needs.values() if need in names]
            if any(need not in depths for need in needed):
                later.append(step)
                continue
            depth = depths[step.fingerprint] = max((depths[need] + 1 for need in needed), default=0)
            levels += [[] for _ in range(depth + 1 - len(levels))]
            levels[depth].append(step)
        waiting = later
    return levels


def _sort(request: StepRequest) -> tuple[str, str, str]:
    return request.kind, request.backend, getattr(request, "subject", "")


def _alike(step: Step, record: DoneRecord, found: Mapping[str, DoneRecord]) -> tuple[int, float]:
    """How alike they are: first by what they need, so that a variant's steps stay together, then by the request."""
    needs = 0
    for role, need in step.needs.items():
        if need in found and role in record.needs:
            needs += 1 if found[need].fingerprint == record.needs[role] else -1
    return needs, likeness(_request(record.request), _request(step.request))


def _request(request: StepRequest) -> Mapping[str, Any]:
    return request.model_dump(mode="json")
