"""A plan's steps → records: each step runs once, whoever asks, as soon as what it needs is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cardgen.errors import EnvironmentMissingError, StepError
from cardgen.plan.model import Plan, Step
from cardgen.records.record import DoneRecord
from cardgen.records.states import LocalInput
from cardgen.records.store import Store
from cardgen.run.estimate import Estimate, likeness_of
from cardgen.run.executors import Executor
from cardgen.run.graph import Graph
from cardgen.run.look import DataLook, look
from cardgen.run.progress import Reporter
from cardgen.run.step import Outcome, StepRunner

DEFAULT_TIME_LIMIT_S = 6 * 3600.0


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
    inputs: Mapping[str, LocalInput] = field(default_factory=dict)
    """Resolution name to those of the files that were hashed, as they were then: a step that read others has failed."""


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
    store.tidy()
    known = {} if force else {step.fingerprint: _known(step, store, committed) for step in plan.steps}
    outcome = Outcome({fingerprint: record for fingerprint, record in known.items() if record is not None})
    graph = Graph(plan, outcome.records, lambda record: store.artifact(record) is not None)
    if graph.waiting:
        estimate = Estimate([*committed.values(), *store.records()])
        with store.workplace() as place:
            executor = resources.executor(place)
            try:
                reporter, limit_s = resources.reporter, resources.time_limit_s
                runner = StepRunner(graph, store, executor, reporter, outcome, limit_s, resources.inputs, force=force)
                run = _Run(graph, resources, executor, estimate, outcome, runner)
                if data is not None:
                    run.look(data, place / "look")
                run.finish()
            finally:
                executor.close()
    return outcome


def _known(step: Step, store: Store, committed: Mapping[str, DoneRecord]) -> DoneRecord | None:
    stored = store.record(step.fingerprint)
    if stored is None and step.fingerprint in committed:
        store.restore(committed[step.fingerprint])
    return stored or committed.get(step.fingerprint)


class _Run:
    def __init__(
        self,
        graph: Graph,
        resources: Resources,
        executor: Executor,
        estimate: Estimate,
        outcome: Outcome,
        runner: StepRunner,
    ) -> None:
        self._graph = graph
        self._resources = resources
        self._executor = executor
        self._estimate = estimate
        self._outcome = outcome
        self._runner = runner
        self._left = Counter(likeness_of(step.request) for step in graph.waiting.values())
        self._interpreters: dict[str, Path | EnvironmentMissingError] = {}

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
                    done = total - len(running) - len(self._graph.waiting)
                    self._resources.reporter.stands(done, total, self._estimate.left(self._left))
                    refused: set[str] = set()  # kinds: those behind the first of one wait with it
                    while (step := self._graph.first(refused)) is not None:
                        beside = [other.request for other in running.values()]
                        if not self._executor.admits(step.request, self._needed_bytes(step), beside):
                            refused.add(step.request.kind)
                            continue
                        self._graph.begin(step)
                        place = self._place(step)
                        if place is None:
                            self._settle(step)
                        else:
                            running[pool.submit(self._runner.run, step, *place)] = step
                    if running:
                        ended, _ = wait(running, return_when=FIRST_COMPLETED)
                        for future in ended:
                            future.result()  # an error that is nobody's but this program's is told as one
                            self._settle(running.pop(future))
            except BaseException:
                self._runner.stop()
                raise

    def _settle(self, step: Step) -> None:
        if step.fingerprint in self._outcome.failed:
            self._left[likeness_of(step.request)] -= 1
            for behind in self._graph.fail(step):
                self._left[likeness_of(behind.request)] -= 1
                self._outcome.records.pop(behind.fingerprint, None)
                self._outcome.skipped[behind.fingerprint] = step.fingerprint
            return
        for done in (step, *self._runner.made_by.pop(step.fingerprint, ())):
            if done is not step:
                self._graph.begin(done)
            self._left[likeness_of(done.request)] -= 1
            self._estimate.add(self._outcome.records[done.fingerprint])
            self._graph.finish(done)

    def _place(self, step: Step) -> tuple[Path, Mapping[str, Path | None]] | None:
        """The interpreter for a step and its input files, which are made and fetched; ``None`` where that fails.

        Before the step's lock is taken: it takes minutes, and another build may not need to wait for that.
        """
        try:
            python = self._interpreter(step.environment.name)
            return python, {role: self._resources.files(name) for role, name in step.inputs.items()}
        except (EnvironmentMissingError, StepError, OSError) as error:
            self._outcome.fail(step, error)
            return None

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

    def _needed_bytes(self, step: Step) -> int:
        needed = (self._outcome.records[fingerprint] for fingerprint in step.needs.values())
        return sum(file.bytes for record in needed for file in record.artifact)
