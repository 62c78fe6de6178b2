"""Why a step of a plan has no record: what decides its outcome, key by key, beside the nearest record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cardgen.plan.model import Step
from cardgen.plan.steps import STEP_VERSIONS, made_from
from cardgen.records.record import DoneRecord
from cardgen.review.check.differences import key_changes
from cardgen.review.check.nearest import nearest_records

_ANOTHER = "another step"


@dataclass(frozen=True)
class Reason:
    """One thing that is not as it was."""

    kind: Literal["request", "package", "code", "need", "reported", "new", "unknown"]
    """``request``: what is asked of the step; ``package``: a version; ``code``: the version of the step's own code;
    ``need``: a step before it; ``reported``: a figure of somebody else's;
    ``new``: nothing like it was measured; ``unknown``: the record does not tell."""
    key: str = ""
    """Dotted key of the request, name of the package, or role of the need."""
    old: Any = None
    new: Any = None
    """Of a ``need``, names of steps."""
    added: bool = False
    """Whether the key is one that earlier versions of cardgen did not ask for."""


@dataclass(frozen=True)
class StaleStep:
    """A step that is to run, and why."""

    name: str
    reasons: tuple[Reason, ...]
    """What is not as it was for this step itself, before what it needs."""
    causes: tuple[str, ...] = ()
    """Names of the steps before it for whose sake it runs, the first of each chain; empty where it has reasons of its
    own."""


def stale_steps(
    steps: Sequence[Step], records: Sequence[DoneRecord], known: Collection[str] = ()
) -> tuple[StaleStep, ...]:
    """Every step that has no record, and why, in the plan's order.

    Args:
        steps: the plan's.
        records: the evidence's.
        known: fingerprints that have a record elsewhere.
    """
    measured = {record.fingerprint for record in records} | set(known)
    if all(step.fingerprint in measured for step in steps):
        return ()
    nearest = nearest_records(steps, records)
    named = {step.fingerprint: step for step in steps}
    of_records = {
        record.fingerprint: named[fingerprint].name for fingerprint, record in nearest.items()
    }  # its own last
    found: dict[str, StaleStep] = {}
    for step in sorted(steps, key=lambda step: _depth(step, named)):
        if step.fingerprint in measured:
            continue
        record = nearest.get(step.fingerprint)
        before = [found[need] for need in step.needs.values() if need in found]
        own = tuple(_own_reasons(step, record)) if record else () if before else (Reason("new"),)
        needs = tuple(_need_reasons(step, record, named, of_records))
        if not own and not needs:
            own = (Reason("unknown"),)
        causes = () if own else tuple(dict.fromkeys(cause for each in before for cause in each.causes or (each.name,)))
        found[step.fingerprint] = StaleStep(step.name, (*own, *needs), causes)
    return tuple(found[step.fingerprint] for step in steps if step.fingerprint in found)


def _depth(step: Step, named: Mapping[str, Step]) -> int:
    return max((1 + _depth(named[need], named) for need in step.needs.values() if need in named), default=0)


def _own_reasons(step: Step, record: DoneRecord) -> Iterator[Reason]:
    made = made_from(record)
    for change in key_changes(made.request, step.request.model_dump(mode="json")):
        yield Reason("request", change.key, change.old, change.new, change.added)
    for change in key_changes(record.environment.packages, step.environment.packages):
        yield Reason("package", change.key, change.old, change.new)
    code = STEP_VERSIONS[step.request.kind]
    if made.code is not None and made.code != code:
        yield Reason("code", step.request.kind, made.code, code)


def _need_reasons(
    step: Step, record: DoneRecord | None, named: Mapping[str, Step], of_records: Mapping[str, str]
) -> Iterator[Reason]:
    needed = record.needs if record else {}
    for role in dict.fromkeys((*step.needs, *needed)):
        old, new = needed.get(role), step.needs.get(role)
        if old != new:
            was = None if old is None else of_records.get(old, "another step")
            yield Reason(
                "need", role, was, None if new is None else named[new].name if new in named else "another step"
            )
