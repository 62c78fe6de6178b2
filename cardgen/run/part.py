"""What is run of one manifest, beside others'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cardgen.plan.model import Step
from cardgen.records.record import DoneRecord
from cardgen.records.states import LocalInput
from cardgen.run.look import DataLook


@dataclass(frozen=True)
class Part:
    """The steps of one manifest, and where they get what they read."""

    name: str
    """The manifest's, which tells its steps from others' of the same name."""
    steps: tuple[Step, ...]
    """Each once, after those that it needs; in this order where nothing else decides."""
    files: Callable[[str], Path | None]
    """Resolution name to local files (downloaded on first use); ``None`` for a dataset that the worker loads itself."""
    inputs: Mapping[str, LocalInput] = field(default_factory=dict)
    """Resolution name to those of the files that were hashed, as they were then: a step that read others has failed."""
    committed: Mapping[str, DoneRecord] = field(default_factory=dict)
    """Records from committed evidence, by fingerprint: good enough where no artifact is needed."""
    data: DataLook | None = None
    """What a worker is to look at before the first step; where no environment can be made for that, the steps tell."""


class Parts:
    """Several manifests' steps as one: what they share is there once, and is the first one's."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Join them, in their order."""
        self._parts = parts
        self._of: dict[str, list[int]] = {}
        steps: dict[str, Step] = {}
        for number, part in enumerate(parts):
            for step in part.steps:
                named = step if len(parts) == 1 else replace(step, name=f"{part.name}: {step.name}")
                steps.setdefault(step.fingerprint, named)
                self._of.setdefault(step.fingerprint, []).append(number)
        self.steps = tuple(steps.values())
        self._refused: set[int] = set()

    @property
    def committed(self) -> Mapping[str, DoneRecord]:
        """Records from the committed evidence of all."""
        return {digest: record for part in reversed(self._parts) for digest, record in part.committed.items()}

    @property
    def looks(self) -> Iterator[tuple[int, Part, DataLook]]:
        """Those of whose data something is to be looked at."""
        return ((number, part, part.data) for number, part in enumerate(self._parts) if part.data is not None)

    def refuse(self, number: int) -> frozenset[str]:
        """Leave one out, and learn which steps are nobody's any more."""
        self._refused.add(number)
        return frozenset(digest for digest, parts in self._of.items() if self._refused.issuperset(parts))

    def having(self, fingerprint: str) -> tuple[int, ...]:
        """Those that have a step."""
        return tuple(self._of[fingerprint])

    def reading(self, step: Step) -> Part:
        """The one whose files a step reads; those of others, which have it too, have the same content."""
        return next(self._parts[number] for number in self._of[step.fingerprint] if number not in self._refused)

    def inputs_of(self, step: Step) -> Mapping[str, LocalInput]:
        """Resolution name to the files that a step reads and that were hashed."""
        inputs = self.reading(step).inputs
        return {name: inputs[name] for name in step.inputs.values() if name in inputs}
