"""A plan's steps → records: each step runs once, whoever asks, and only where its result is not stored."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cardgen.catalog.backends import BACKENDS
from cardgen.errors import EnvironmentMissingError, StepError
from cardgen.plan.model import Plan, Step
from cardgen.records.record import DoneRecord, FailedRecord, Failure
from cardgen.records.results.tune import TuneResult
from cardgen.records.store import Store
from cardgen.run.environments import worker_environ
from cardgen.run.process import run_job
from cardgen.run.progress import Reporter
from cardgen.run.protocol import Failed, Job, Log, Progress

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
    reporter: Reporter
    time_limit_s: float = DEFAULT_TIME_LIMIT_S


def run_plan(
    plan: Plan, store: Store, committed: Mapping[str, DoneRecord], resources: Resources, *, force: bool = False
) -> Outcome:
    """Finish every step of ``plan`` that can be finished.

    Args:
        plan: the steps, in order.
        store: where finished steps are looked up and kept.
        committed: records from committed evidence, by fingerprint: good enough where no artifact is needed.
        resources: environments, files, and whom to tell.
        force: run every step anew.
    """
    return _Run(plan, store, {} if force else committed, resources, force).finish()


class _Run:
    def __init__(
        self, plan: Plan, store: Store, committed: Mapping[str, DoneRecord], resources: Resources, force: bool
    ) -> None:
        self._plan = plan
        self._steps = {step.fingerprint: step for step in plan.steps}
        self._store = store
        self._committed = committed
        self._resources = resources
        self._force = force
        self._outcome = Outcome()
        self._interpreters: dict[str, Path | EnvironmentMissingError] = {}

    def finish(self) -> Outcome:
        for step in self._plan.steps:
            self._obtain(step)
        return self._outcome

    def _obtain(self, step: Step, *, with_artifact: bool = False) -> Path | None:
        """Have the step's record and, if asked, its artifact; ``None`` where it fails or none is asked for."""
        outcome = self._outcome
        if step.fingerprint in outcome.failed or step.fingerprint in outcome.skipped:
            return None
        record = outcome.records.get(step.fingerprint) or self._known(step)
        if record is not None:
            outcome.records[step.fingerprint] = record
            if not with_artifact:
                return None
            artifact = self._store.artifact(record)
            if artifact is not None:
                return artifact
        needed: dict[str, Path] = {}
        for role, fingerprint in step.needs.items():
            # Of a tuning the record tells all: committed evidence is enough to make the model again.
            with_files = self._steps[fingerprint].request.kind != "tune"
            artifact = self._obtain(self._steps[fingerprint], with_artifact=with_files)
            if fingerprint in outcome.records and not with_files:
                continue
            if artifact is None:
                outcome.records.pop(step.fingerprint, None)
                outcome.skipped[step.fingerprint] = outcome.skipped.get(fingerprint, fingerprint)
                return None
            needed[role] = artifact
        return self._run(step, needed, with_artifact)

    def _known(self, step: Step) -> DoneRecord | None:
        if self._force:
            return None
        return self._store.record(step.fingerprint) or self._committed.get(step.fingerprint)

    def _run(self, step: Step, needed: dict[str, Path], with_artifact: bool) -> Path | None:
        reporter, store, outcome = self._resources.reporter, self._store, self._outcome

        def waiting() -> None:
            reporter.log(f"{step.name}: another build is at it; waiting")

        try:
            # Before the lock: an environment takes minutes to make, and another build may not need to wait for that.
            python = self._interpreter(step.environment.name)
            with store.lock(step.fingerprint, waiting):
                elsewhere = None if self._force else store.record(step.fingerprint)
                if elsewhere is not None:
                    artifact = store.artifact(elsewhere)
                    if artifact is not None or not with_artifact:
                        outcome.records[step.fingerprint] = elsewhere
                        return artifact
                with store.scratch(step.fingerprint) as scratch, reporter.step(step.name):
                    record = self._execute(step, python, needed, scratch)
                    if isinstance(record, DoneRecord):
                        files = store.keep_artifact(step.fingerprint, scratch / "artifact")
                        record = record.model_copy(update={"artifact": files})
                    store.keep_record(record)
        except EnvironmentMissingError as error:
            outcome.environment_error = error
            self._fail(step, Failure(type="environment", message=error.message, remedy=error.remedy))
            return None
        except StepError as error:
            self._fail(step, Failure(type=type(error).__name__, message=error.message, remedy=error.remedy))
            return None
        except OSError as error:
            self._fail(step, _system_failure(error))
            return None
        if isinstance(record, FailedRecord):
            self._fail(step, record.error)
            return None
        outcome.records[step.fingerprint] = record
        outcome.ran.append(step.fingerprint)
        return store.artifact(record)

    def _fail(self, step: Step, failure: Failure) -> None:
        self._outcome.records.pop(step.fingerprint, None)
        self._outcome.failed[step.fingerprint] = failure

    def _interpreter(self, name: str) -> Path:
        if name not in self._interpreters:
            try:
                self._interpreters[name] = self._resources.interpreter(name)
            except EnvironmentMissingError as error:
                self._interpreters[name] = error
        found = self._interpreters[name]
        if isinstance(found, EnvironmentMissingError):
            raise found
        return found

    def _execute(
        self, step: Step, python: Path, needed: Mapping[str, Path], scratch: Path
    ) -> DoneRecord | FailedRecord:
        paths = {**needed}
        online = False
        for role, name in step.inputs.items():
            path = self._resources.files(name)
            if path is None:
                online = True
            else:
                paths[role] = path.resolve()
        output = scratch / "artifact"
        output.mkdir()
        job = Job(
            request=step.request,
            paths={role: path.resolve() for role, path in paths.items()},
            output=output.resolve(),
            packages=BACKENDS[step.request.backend].decisive_packages,
            offline=not online,
            tuned=self._tuned(step),
            journal=self._store.journal(step.fingerprint, anew=self._force) if step.request.kind == "tune" else None,
        )
        reporter = self._resources.reporter

        def hear(event: Progress | Log) -> None:
            if isinstance(event, Progress):
                reporter.progress(event.stage, event.done, event.total)
            else:
                reporter.log(f"{step.name}: {event.message}")

        started, clock = datetime.now(UTC), time.monotonic()
        environ = worker_environ(offline=job.offline, needs_token=online)
        end = run_job(python, job, environ, scratch, hear, self._resources.time_limit_s)
        common = {
            "fingerprint": step.fingerprint,
            "request": step.request,
            "needs": dict(step.needs),
            "environment": step.environment,
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - clock, 3),
        }
        if isinstance(end, Failed):
            return FailedRecord.model_validate({**common, "error": end.error})
        return DoneRecord.model_validate(
            {**common, "result": end.result, "versions": end.versions, "hardware": end.hardware}
        )

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
