"""Which steps of a plan have to run, and which of them can: a step waits only for those that it needs."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence

from cardgen.plan.model import Step
from cardgen.records.record import DoneRecord
from cardgen.records.request import TuneRequest


class Graph:
    """The steps that have to run, and what is between them."""

    def __init__(
        self, steps: Sequence[Step], known: Mapping[str, DoneRecord], has_artifact: Callable[[DoneRecord], bool]
    ) -> None:
        """Find the steps that have to run: those without a record, and those whose artifact one of these lacks.

        Args:
            steps: all of them, each once, after those that it needs.
            known: records that there are, by fingerprint.
            has_artifact: whether what a step made is there, and sound.
        """
        self._steps = {step.fingerprint: step for step in steps}
        self.for_artifact: set[str] = set()
        """Fingerprints of those steps that must leave an artifact for another."""
        chosen = {step.fingerprint for step in steps if step.fingerprint not in known}
        for step in reversed(steps):
            if step.fingerprint not in chosen:
                continue
            for role, fingerprint in step.needs.items():
                if role == "tune":
                    continue  # of a tuning the record tells all: committed evidence is enough to make the model again
                self.for_artifact.add(fingerprint)
                if fingerprint not in chosen and not has_artifact(known[fingerprint]):
                    chosen.add(fingerprint)
        self._chosen = {step.fingerprint: number for number, step in enumerate(steps) if step.fingerprint in chosen}
        self.waiting: dict[str, Step] = {step.fingerprint: step for step in steps if step.fingerprint in chosen}
        """Those that have not begun, by fingerprint, in their order."""
        self._behind: dict[str, list[Step]] = {fingerprint: [] for fingerprint in self.waiting}
        self._lacks: dict[str, int] = {}
        self._ready: dict[str, list[tuple[int, Step]]] = {}
        for step in self.waiting.values():
            needs = [fingerprint for fingerprint in set(step.needs.values()) if fingerprint in self._behind]
            self._lacks[step.fingerprint] = len(needs)
            for fingerprint in needs:
                self._behind[fingerprint].append(step)
            self._offer(step)

    def first(self, but: Collection[str] = ()) -> Step | None:
        """The first waiting step, in their order, that can begin and whose kind is not among some."""
        heads = []
        for kind, steps in self._ready.items():
            while steps and steps[0][1].fingerprint not in self.waiting:
                heapq.heappop(steps)
            if steps and kind not in but:
                heads.append(steps[0])
        return min(heads, key=lambda head: head[0])[1] if heads else None

    def begin(self, step: Step) -> None:
        """Take a step that is ready."""
        del self.waiting[step.fingerprint]

    def drop(self, fingerprints: Collection[str]) -> None:
        """Give up steps that wait, with all that need them."""
        for fingerprint in fingerprints:
            self.waiting.pop(fingerprint, None)

    def finish(self, step: Step) -> None:
        """Let go those that wait for a step."""
        for behind in self._behind[step.fingerprint]:
            self._lacks[behind.fingerprint] -= 1
            self._offer(behind)

    def fail(self, step: Step) -> list[Step]:
        """Give up those that need a step, directly or not, in their order."""
        lost: list[Step] = []
        of = [step]
        while of:
            for behind in self._behind[of.pop().fingerprint]:
                if self.waiting.pop(behind.fingerprint, None) is not None:
                    lost.append(behind)
                    of.append(behind)
        return sorted(lost, key=lambda each: self._chosen[each.fingerprint])

    def made_by(self, tune: TuneRequest, step: Step) -> list[Step]:
        """The steps that have to run and of which a tuning knows the outcome, each after those that it needs.

        They are the quantization that takes its fallback from the tuning, and the prediction that has this answer the
        very samples on which the fallback was chosen.
        """
        found = []
        for quantize in self._behind.get(step.fingerprint, ()):
            answers = [other for other in self._behind[quantize.fingerprint] if other.request == tune.predict]
            found += [quantize, *answers]
        return found

    def of_environment(self, name: str) -> list[Step]:
        """All steps that have to run, or had to, in one environment."""
        return [
            step for step in self._steps.values() if step.fingerprint in self._chosen and step.environment.name == name
        ]

    def _offer(self, step: Step) -> None:
        """Make a step one that can begin, if it lacks nothing."""
        if self._lacks[step.fingerprint] == 0 and step.fingerprint in self.waiting:
            ready = self._ready.setdefault(step.request.kind, [])
            heapq.heappush(ready, (self._chosen[step.fingerprint], step))
