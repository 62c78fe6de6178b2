"""One step, from its lock to its record."""

from __future__ import annotations

import errno
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cardgen.catalog.backends import BACKENDS
from cardgen.errors import CardgenError, EnvironmentMissingError, StepError
from cardgen.plan.model import Step
from cardgen.plan.steps import trials_fingerprint
from cardgen.records.record import DoneRecord, FailedRecord, Failure
from cardgen.records.request import TuneRequest
from cardgen.records.results.tune import TuneResult
from cardgen.records.states import LocalInput
from cardgen.records.store import Store
from cardgen.run.executors import Executor, Work
from cardgen.run.graph import Graph
from cardgen.run.held import Held
from cardgen.run.made import Made
from cardgen.run.progress import Report, Reporter
from cardgen.run.shared import SharedStore
from cardgen.run.trials import Trials
from cardgen.run.workers.protocol import Failed, Job, Log, Progress

NO_ENVIRONMENT: Final = "environment"
"""Type of the failure of a step whose environment cannot be made."""


@dataclass
class Outcome:
    """What became of steps."""

    records: dict[str, DoneRecord] = field(default_factory=dict)
    """Finished steps, by fingerprint."""
    failed: dict[str, Failure] = field(default_factory=dict)
    """Failed steps, by fingerprint."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Steps that could not run: fingerprint to the fingerprint of the failed step that they need."""
    refused: dict[int, CardgenError] = field(default_factory=dict)
    """Parts of which nothing was run since their data are not what their manifests say, by number, and why."""
    ran: list[str] = field(default_factory=list)
    """Fingerprints of the steps that ran now, in order."""

    def fail(self, step: Step, error: EnvironmentMissingError | StepError | OSError | Failure) -> None:
        """Take down why a step failed."""
        if isinstance(error, EnvironmentMissingError):
            error = Failure(type=NO_ENVIRONMENT, message=error.message, remedy=error.remedy)
        elif isinstance(error, StepError):
            error = Failure(type=type(error).__name__, message=error.message, remedy=error.remedy)
        elif isinstance(error, OSError):
            error = _system_failure(error)
        self.records.pop(step.fingerprint, None)
        self.failed[step.fingerprint] = error


class StepRunner:
    """Does steps, each once: another build may be at the same ones. Several threads may call it."""

    def __init__(
        self,
        graph: Graph,
        store: Store,
        executor: Executor,
        reporter: Reporter,
        outcome: Outcome,
        time_limit_s: float,
        inputs_of: Callable[[Step], Mapping[str, LocalInput]],
        shared: SharedStore | None = None,
        *,
        force: bool,
    ) -> None:
        """Take what a step is done with.

        Args:
            graph: says who needs what a step makes.
            store: where finished steps are looked up and kept.
            executor: does the work.
            reporter: hears how it goes.
            outcome: where what came of a step is taken down.
            time_limit_s: seconds that a step may take.
            inputs_of: from a step to the files that it reads and that were hashed, by resolution name.
            shared: where finished steps are offered to others.
            force: run every step anew.
        """
        self._graph = graph
        self._store = store
        self._executor = executor
        self._reporter = reporter
        self._outcome = outcome
        self._time_limit_s = time_limit_s
        self._inputs_of = inputs_of
        self._shared = shared
        self._force = force
        self._stopped = threading.Event()
        self.made_by: dict[str, list[Step]] = {}
        """Of a step that made others on its way, by its fingerprint: those."""

    def stop(self) -> None:
        """End at once all that runs; what was ended did not fail."""
        self._stopped.set()
        self._executor.stop()

    def run(self, step: Step, python: Path, inputs: Mapping[str, Path | None]) -> None:
        """Do a step, unless another build has done it meanwhile, and take down what came of it.

        Args:
            step: all that it needs is done.
            python: interpreter of its environment.
            inputs: its input files, by role; ``None`` for a dataset that the worker loads itself.
        """
        store, outcome = self._store, self._outcome
        others: list[Step] = []
        try:
            with self._lock(step):
                elsewhere = None if self._force else store.record(step.fingerprint)
                if elsewhere is not None and (
                    step.fingerprint not in self._graph.for_artifact or store.artifact(elsewhere) is not None
                ):
                    outcome.records[step.fingerprint] = elsewhere
                    return
                with (
                    self._journal(step) as journal,
                    store.scratch(step.fingerprint) as scratch,
                    self._reporter.step(step.name) as report,
                ):
                    held = self._hold(step)
                    trials = Trials(journal, held.inputs_sha256()) if journal is not None else None
                    record, also = self._execute(step, python, inputs, scratch, journal, report)
                    if self._stopped.is_set():
                        return  # it was ended with the build, and did not fail
                    self._refuse_changes(held, trials)
                    if isinstance(record, DoneRecord):
                        others = self._keep_made(step, record, also, scratch / "artifact")
                        files = store.keep_artifact(step.fingerprint, scratch / "artifact")
                        record = record.model_copy(update={"artifact": files})
                    if isinstance(record, DoneRecord) or store.record(step.fingerprint) is None:
                        store.keep_record(record)  # why a step failed is worth less than what it did before
        except (StepError, OSError) as error:
            outcome.fail(step, error)
        else:
            if isinstance(record, FailedRecord):
                outcome.fail(step, record.error)
            else:
                outcome.records[step.fingerprint] = record
                if self._shared is not None:
                    for each in (step, *others):
                        self._shared.offer(outcome.records[each.fingerprint])
                outcome.ran += [each.fingerprint for each in (step, *others)]

    def _keep_made(self, step: Step, record: DoneRecord, made: Sequence[Made], folder: Path) -> list[Step]:
        """Keep what a step made for others under their fingerprints; nothing of it stays in ``folder``, its own output.

        Before the step's own record: a build that is killed in between finds these, and makes that again.

        Returns:
            Those of which it was kept; another build may have made the rest.
        """
        found = {each.result.kind: each for each in made}
        others = self._graph.made_by(step.request, step) if isinstance(step.request, TuneRequest) and found else []
        kept = []
        for other in others:
            each = found[other.request.kind]
            with self._lock(other):
                elsewhere = None if self._force else self._store.record(other.fingerprint)
                if elsewhere is None or self._store.artifact(elsewhere) is None:
                    changes = {
                        "fingerprint": other.fingerprint,
                        "request": other.request,
                        "needs": dict(other.needs),
                        "result": each.result,
                        "seconds": each.seconds,
                        "artifact": self._store.keep_artifact(other.fingerprint, folder / each.result.kind),
                    }
                    elsewhere = record.model_copy(update=changes)
                    self._store.keep_record(elsewhere)
                    kept.append(other)
                    self._reporter.log(f"{other.name}: {step.name} has made it")
            self._outcome.records[other.fingerprint] = elsewhere
        self.made_by[step.fingerprint] = others
        for kind in found:
            shutil.rmtree(folder / kind, ignore_errors=True)
        return kept

    def _lock(self, step: Step) -> AbstractContextManager[None]:
        def waiting() -> None:
            self._reporter.log(f"{step.name}: another build is at it; waiting")

        return self._store.lock(step.fingerprint, waiting, self._stopped)

    def _execute(
        self,
        step: Step,
        python: Path,
        inputs: Mapping[str, Path | None],
        scratch: Path,
        journal: Path | None,
        report: Report,
    ) -> tuple[DoneRecord | FailedRecord, tuple[Made, ...]]:
        paths = {**dict(self._needed(step)), **{role: path for role, path in inputs.items() if path is not None}}
        output = scratch / "artifact"
        output.mkdir()
        job = Job(
            request=step.request,
            paths={role: path.resolve() for role, path in paths.items()},
            output=output.resolve(),
            packages=BACKENDS[step.request.backend].decisive_packages,
            offline=None not in inputs.values(),
            tuned=self._tuned(step),
            journal=journal,
        )

        def hear(event: Progress | Log) -> None:
            if isinstance(event, Progress):
                report(event.stage, event.done, event.total)
            else:
                self._reporter.log(f"{step.name}: {event.message}")

        started, clock = datetime.now(UTC), time.monotonic()
        end = self._executor.run(Work(python, job, scratch.resolve(), self._time_limit_s), hear)
        common = {
            "fingerprint": step.fingerprint,
            "request": step.request,
            "needs": dict(step.needs),
            "environment": step.environment,
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - clock, 3),
        }
        if isinstance(end, Failed):
            return FailedRecord.model_validate({**common, "error": end.error}), ()
        done = {**common, "result": end.result, "versions": end.versions, "hardware": end.hardware}
        return DoneRecord.model_validate(done), end.also

    def _refuse_changes(self, held: Held, trials: Trials | None) -> None:
        """Fail a step that read what changed meanwhile, and drop what a tuning wrote down of it."""
        try:
            held.refuse_changes()
        except StepError:
            if trials is not None:
                trials.drop()
            raise
        if trials is not None:
            trials.trust()

    def _hold(self, step: Step) -> Held:
        needed = [self._outcome.records[digest] for role, digest in step.needs.items() if role != "tune"]
        return Held(step, needed, self._inputs_of(step), self._store)

    def _needed(self, step: Step) -> Iterator[tuple[str, Path]]:
        """The artifacts that the step reads, by role."""
        for role, fingerprint in step.needs.items():
            if role == "tune":
                continue  # of a tuning the record tells all
            artifact = self._store.artifact(self._outcome.records[fingerprint])
            if artifact is None:
                raise StepError("What it needs is no longer in the store.", remedy="Build again.")
            yield role, artifact

    def _journal(self, step: Step) -> AbstractContextManager[Path | None]:
        """Where a tuning writes its trials down; nothing for another step."""
        if step.request.kind != "tune":
            return nullcontext()

        def waiting() -> None:
            self._reporter.log(f"{step.name}: another build tries the same candidates; waiting")

        return self._store.journal(trials_fingerprint(step), waiting, self._stopped, anew=self._force)

    def _tuned(self, step: Step) -> tuple[str, ...] | None:
        """The fallback that the step takes from a tuning."""
        if "tune" not in step.needs:
            return None
        result = self._outcome.records[step.needs["tune"]].result
        assert isinstance(result, TuneResult)
        return result.fallback_modules


def _system_failure(error: OSError) -> Failure:
    if error.errno == errno.ENOSPC:
        remedy = "Free some space on the disk of the project; finished steps are kept in .cardgen/."
        return Failure(type="disk-full", message="the disk is full", remedy=remedy)
    return Failure(type=type(error).__name__, message=error.strerror or str(error), remedy="")
