"""Which steps of a plan have to run, and which of them can: a step waits only for those that it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cardgen.plan.model import Plan, Step
from cardgen.records.record import DoneRecord
from cardgen.records.request import TuneRequest


class Graph:
    """The steps that have to run, and what is between them."""

    def __init__(self, plan: Plan, known: Mapping[str, DoneRecord], has_artifact: Callable[[DoneRecord], bool]) -> None:
        """Find the steps that have to run: those without a record, and those whose artifact one of these lacks.

        Args:
            plan: all steps, each after those that it needs.
            known: records that there are, by fingerprint.
            has_artifact: whether what a step made is there, and sound.
        """
        self._steps = {step.fingerprint: step for step in plan.steps}
        self.for_artifact: set[str] = set()
        """Fingerprints of those steps that must leave an artifact for another."""
        chosen = {step.fingerprint for step in plan.steps if step.fingerprint not in known}
        for step in reversed(plan.steps):
            if step.fingerprint not in chosen:
                continue
            for role, fingerprint in step.needs.items():
                if role == "tune":
                    continue  # of a tuning the record tells all: committed evidence is enough to make the model again
                self.for_artifact.add(fingerprint)
                if fingerprint not in chosen and not has_artifact(known[fingerprint]):
                    chosen.add(fingerprint)
        self._chosen = chosen
        self.waiting: dict[str, Step] = {step.fingerprint: step for step in plan.steps if step.fingerprint in chosen}
        """Those that have not begun, by fingerprint, in the plan's order."""
        self._unfinished = set(self.waiting)

    def ready(self) -> list[Step]:
        """Those of the waiting steps that can begin, in the plan's order."""
        return [step for step in self.waiting.values() if self._unfinished.isdisjoint(step.needs.values())]

    def begin(self, step: Step) -> None:
        """Take a step that is ready."""
        del self.waiting[step.fingerprint]

    def finish(self, step: Step) -> None:
        """Let go those that wait for a step."""
        self._unfinished.discard(step.fingerprint)

    def fail(self, step: Step) -> list[Step]:
        """Give up those that need a step, directly or not, in the plan's order."""
        lost = {step.fingerprint}
        behind = []
        for waiting in list(self.waiting.values()):
            if not lost.isdisjoint(waiting.needs.values()):
                lost.add(waiting.fingerprint)
                behind.append(waiting)
                del self.waiting[waiting.fingerprint]
        return behind

    def made_by(self, tune: TuneRequest, step: Step) -> list[Step]:
        """The steps that have to run and of which a tuning knows the outcome, each after those that it needs.

        They are the quantization that takes its fallback from the tuning, and the prediction that has this answer the
        very samples on which the fallback was chosen.
        """
        found = []
        for quantize in self._behind(step):
            answers = [other for other in self._behind(quantize) if other.request == tune.predict]
            found += [quantize, *answers]
        return found

    def of_environment(self, name: str) -> list[Step]:
        """All steps that have to run, or had to, in one environment."""
        return [
            step for step in self._steps.values() if step.fingerprint in self._chosen and step.environment.name == name
        ]

    def _behind(self, step: Step) -> list[Step]:
        chosen = [other for other in self._steps.values() if other.fingerprint in self._chosen]
        return [other for other in chosen if step.fingerprint in other.needs.values()]
