"""How long steps will take, from how long earlier ones of the same kind took."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping

from cardgen.records.record import DoneRecord
from cardgen.records.request import StepRequest

Likeness = tuple[str, ...]
"""What a step is like: its kind, then its backend and its task; less of it for a step of which less is known."""


class Estimate:
    """Seconds by kind of step, backend and task; where these were never seen together, by less of it."""

    def __init__(self, records: Iterable[DoneRecord]) -> None:
        """Learn from records, the oldest first."""
        self._seconds: dict[Likeness, list[float]] = {}  # sorted
        for record in records:
            self.add(record)

    def add(self, record: DoneRecord) -> None:
        """Learn from one more."""
        likeness = likeness_of(record.request)
        for known in range(len(likeness), 0, -1):
            insort(self._seconds.setdefault(likeness[:known], []), record.seconds)

    def seconds(self, likeness: Likeness) -> float | None:
        """The median of the steps that are most like one; ``None`` where none of its kind is known."""
        for known in range(len(likeness), 0, -1):
            took = self._seconds.get(likeness[:known])
            if took:
                return (took[(len(took) - 1) // 2] + took[len(took) // 2]) / 2
        return None

    def left(self, steps: Mapping[Likeness, int]) -> float | None:
        """What so many steps of each likeness will take one after the other; ``None`` where that cannot be told."""
        total = 0.0
        for likeness, number in steps.items():
            seconds = self.seconds(likeness) if number else 0.0
            if seconds is None:
                return None
            total += number * seconds
        return total


def likeness_of(request: StepRequest) -> Likeness:
    """What a step is like."""
    return request.kind, request.backend, request.task
