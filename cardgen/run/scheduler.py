"""A plan's steps → records: each step runs once, whoever asks, as soon as what it needs is there."""

from __future__ import annotations

import errno
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cardgen.catalog.backends import BACKENDS
from cardgen.errors import EnvironmentMissingError, StepError
from cardgen.plan.model import Plan, Step
from cardgen.plan.steps import trials_fingerprint
from cardgen.records.record import DoneRecord, FailedRecord, Failure
from cardgen.records.request import TuneRequest
from cardgen.records.results.tune import TuneResult
from cardgen.records.store import Store
from cardgen.run.estimate import Estimate
from cardgen.run.executors import Executor, Work
from cardgen.run.graph import Graph
from cardgen.run.look import DataLook, look
from cardgen.run.made import Made
from cardgen.run.progress import Report, Reporter
from cardgen.run.workers.protocol import Failed, Job, Log, Progress

DEFAULT_TIME_LIMIT_S = 6 * 3600.0


@dataclass
class Outcome:
    """What became of a plan."""

    records: dict[str, DoneRecord] = field(default_factory=dict)
    """Finished steps, by fingerprint."""
    failed: dict[str, Failure] = field(default_factory=dict)
    """Failed steps, by fingerprint."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Steps that could not run: fingerprint to the fingerprint of the failed step that they need."""
    environment_error: EnvironmentMissingError | None = None
    ran: list[str] = field(default_factory=list)
    """Fingerprints of the steps that ran now, in order."""


@dataclass(frozen=True)
class Resources:
    """Where a run gets what it needs; each is asked only when a step needs it."""

    interpreter: Callable[[str], Path]
    """Environment name to its interpreter; makes the environment on first use.
    Raises :class:`EnvironmentMissingError`."""
    files: Callable[[str], Path | None]
    """Resolution name to local files (downloaded on first use); ``None`` for a dataset that the worker loads itself."""
    executor: Callable[[Path], Executor]
    """Given an empty folder, what does the work; asked once, where there is work."""
    reporter: Reporter
    time_limit_s: float = DEFAULT_TIME_LIMIT_S


def run_plan(
    plan: Plan,
    store: Store,
    committed: Mapping[str, DoneRecord],
    resources: Resources,
    *,
    force: bool = False,
    data: DataLook | None = None,
) -> Outcome:
    """Finish every step of ``plan`` that can be finished.

    Args:
        plan: the steps, in the order in which they run where nothing else decides.
        store: where finished steps are looked up and kept.
        committed: records from committed evidence, by fingerprint: good enough where no artifact is needed.
        resources: environments, files, who does the work, and whom to tell.
        force: run every step anew.
        data: what a worker is to look at before the first step; where no environment can be made for that, the steps
            tell so.

    Raises:
        StepError: where data could not be looked at.
    """
    known = {} if force else {step.fingerprint: _known(step, store, committed) for step in plan.steps}
    outcome = Outcome({fingerprint: record for fingerprint, record in known.items() if record is not None})
    graph = Graph(plan, outcome.records, lambda record: store.artifact(record) is not None)
    if graph.waiting:
        estimate = Estimate([*committed.values(), *store.records()])
        with store.workplace() as place:
            executor = resources.executor(place)
            try:
                run = _Run(graph, store, resources, executor, estimate, outcome, force)
                if data is not None:
                    run.look(data, place / "look")
                run.finish()
            finally:
                executor.close()
    return outcome


def _known(step: Step, store: Store, committed: Mapping[str, DoneRecord]) -> DoneRecord | None:
    return store.record(step.fingerprint) or committed.get(step.fingerprint)


class _Run:
    def __init__(
        self,
        graph: Graph,
        store: Store,
        resources: Resources,
        executor: Executor,
        estimate: Estimate,
        outcome: Outcome,
        force: bool,
    ) -> None:
        self._graph = graph
        self._store = store
        self._resources = resources
        self._executor = executor
        self._estimate = estimate
        self._outcome = outcome
        self._force = force
        self._stopped = threading.Event()
        self._interpreters: dict[str, Path | EnvironmentMissingError] = {}
        self._made_by: dict[str, list[Step]] = {}

    def look(self, data: DataLook, place: Path) -> None:
        resources = self._resources
        for name in dict.fromkeys(step.environment.name for step in self._graph.waiting.values()):
            with suppress(EnvironmentMissingError):
                python = self._interpreter(name)
                look(data, resources.files, python, self._executor, place, resources.reporter, resources.time_limit_s)
                return

    def finish(self) -> None:
        running: dict[Future[None], Step] = {}
        total = len(self._graph.waiting)
        with ThreadPoolExecutor(total) as pool:
            try:
                while self._graph.waiting or running:
                    left = [*running.values(), *self._graph.waiting.values()]
                    self._resources.reporter.stands(total - len(left), total, self._estimate.left(left))
                    for step in self._graph.ready():
                        beside = [other.request for other in running.values()]
                        if not self._executor.admits(step.request, self._needed_bytes(step), beside):
                            continue
                        self._graph.begin(step)
                        place = self._place(step)
                        if place is None:
                            self._settle(step)
                        else:
                            running[pool.submit(self._run, step, *place)] = step
                    if running:
                        ended, _ = wait(running, return_when=FIRST_COMPLETED)
                        for future in ended:
                            future.result()  # an error that is nobody's but this program's is told as one
                            self._settle(running.pop(future))
            except BaseException:
                self._stopped.set()
                self._executor.stop()
                raise

    def _settle(self, step: Step) -> None:
        if step.fingerprint in self._outcome.failed:
            for behind in self._graph.fail(step):
                self._outcome.records.pop(behind.fingerprint, None)
                self._outcome.skipped[behind.fingerprint] = step.fingerprint
            return
        for done in (step, *self._made_by.pop(step.fingerprint, ())):
            if done is not step:
                self._graph.begin(done)
            self._estimate.add(self._outcome.records[done.fingerprint])
            self._graph.finish(done)

    def _place(self, step: Step) -> tuple[Path, Mapping[str, Path | None]] | None:
        """The interpreter for a step and its input files, which are made and fetched; ``None`` where that fails.

        Before the step's lock is taken: it takes minutes, and another build may not need to wait for that.
        """
        try:
            python = self._interpreter(step.environment.name)
            return python, {role: self._resources.files(name) for role, name in step.inputs.items()}
        except EnvironmentMissingError as error:
            self._outcome.environment_error = error
            self._fail(step, Failure(type="environment", message=error.message, remedy=error.remedy))
        except StepError as error:
            self._fail(step, Failure(type=type(error).__name__, message=error.message, remedy=error.remedy))
        except OSError as error:
            self._fail(step, _system_failure(error))
        return None

    def _run(self, step: Step, python: Path, inputs: Mapping[str, Path | None]) -> None:
        reporter, store, outcome = self._resources.reporter, self._store, self._outcome
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
                    reporter.step(step.name) as report,
                ):
                    record, also = self._execute(step, python, inputs, scratch, journal, report)
                    if self._stopped.is_set():
                        return  # it was ended with the build, and did not fail
                    if isinstance(record, DoneRecord):
                        others = self._keep_made(step, record, also, scratch / "artifact")
                        files = store.keep_artifact(step.fingerprint, scratch / "artifact")
                        record = record.model_copy(update={"artifact": files})
                    store.keep_record(record)
        except StepError as error:
            self._fail(step, Failure(type=type(error).__name__, message=error.message, remedy=error.remedy))
        except OSError as error:
            self._fail(step, _system_failure(error))
        else:
            if isinstance(record, FailedRecord):
                self._fail(step, record.error)
            else:
                outcome.records[step.fingerprint] = record
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
                    self._resources.reporter.log(f"{other.name}: {step.name} has made it")
            self._outcome.records[other.fingerprint] = elsewhere
        self._made_by[step.fingerprint] = others
        for kind in found:
            shutil.rmtree(folder / kind, ignore_errors=True)
        return kept

    def _lock(self, step: Step) -> AbstractContextManager[None]:
        def waiting() -> None:
            self._resources.reporter.log(f"{step.name}: another build is at it; waiting")

        return self._store.lock(step.fingerprint, waiting, self._stopped)

    def _fail(self, step: Step, failure: Failure) -> None:
        self._outcome.records.pop(step.fingerprint, None)
        self._outcome.failed[step.fingerprint] = failure

    def _interpreter(self, name: str) -> Path:
        if name not in self._interpreters:
            try:
                python = self._resources.interpreter(name)
                self._executor.expect(python, [step.request for step in self._graph.of_environment(name)])
                self._interpreters[name] = python
            except EnvironmentMissingError as error:
                self._interpreters[name] = error
        found = self._interpreters[name]
        if isinstance(found, EnvironmentMissingError):
            raise found
        return found

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
                self._resources.reporter.log(f"{step.name}: {event.message}")

        started, clock = datetime.now(UTC), time.monotonic()
        end = self._executor.run(Work(python, job, scratch.resolve(), self._resources.time_limit_s), hear)
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

    def _needed(self, step: Step) -> Iterator[tuple[str, Path]]:
        """The artifacts that the step reads, by role."""
        for role, fingerprint in step.needs.items():
            if role == "tune":
                continue  # of a tuning the record tells all
            artifact = self._store.artifact(self._outcome.records[fingerprint])
            if artifact is None:
                raise StepError("What it needs is no longer in the store.", remedy="Build again.")
            yield role, artifact

    def _needed_bytes(self, step: Step) -> int:
        needed = (self._outcome.records[fingerprint] for fingerprint in step.needs.values())
        return sum(file.bytes for record in needed for file in record.artifact)

    def _journal(self, step: Step) -> AbstractContextManager[Path | None]:
        """Where a tuning writes its trials down; nothing for another step."""
        if step.request.kind != "tune":
            return nullcontext()

        def waiting() -> None:
            self._resources.reporter.log(f"{step.name}: another build tries the same candidates; waiting")

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
