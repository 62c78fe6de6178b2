"""How long steps will take, from how long earlier ones of the same kind took."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from cardgen.plan.model import Step
from cardgen.records.record import DoneRecord
from cardgen.records.request import StepRequest

_Likeness = tuple[str, ...]


class Estimate:
    """Seconds by kind of step, backend and task; where these were never seen together, by less of it."""

    def __init__(self, records: Iterable[DoneRecord]) -> None:
        """Learn from records, the oldest first."""
        self._seconds: dict[_Likeness, list[float]] = {}
        for record in records:
            self.add(record)

    def add(self, record: DoneRecord) -> None:
        """Learn from one more."""
        for likeness in _likenesses(record.request):
            self._seconds.setdefault(likeness, []).append(record.seconds)

    def seconds(self, step: Step) -> float | None:
        """The median of the steps that are most like this one; ``None`` where none of its kind is known."""
        for likeness in _likenesses(step.request):
            if likeness in self._seconds:
                return median(self._seconds[likeness])
        return None

    def left(self, steps: Iterable[Step]) -> float | None:
        """What ``steps`` will take one after the other; ``None`` where that cannot be told."""
        found = [self.seconds(step) for step in steps]
        known = [seconds for seconds in found if seconds is not None]
        return sum(known) if len(known) == len(found) else None


def _likenesses(request: StepRequest) -> tuple[_Likeness, ...]:
    """What the step is like, the most telling first."""
    return (request.kind, request.backend, request.task), (request.kind, request.backend), (request.kind,)
