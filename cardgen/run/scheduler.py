"""Plans' steps → records: each step runs once, whoever asks, as soon as what it needs is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cardgen.errors import CardgenError, EnvironmentMissingError, StepError
from cardgen.plan.model import Step
from cardgen.records.record import DoneRecord
from cardgen.records.store import Store
from cardgen.run.estimate import Estimate, likeness_of
from cardgen.run.executors import Executor, Load
from cardgen.run.graph import Graph
from cardgen.run.look import look
from cardgen.run.part import Part, Parts
from cardgen.run.progress import Reporter
from cardgen.run.shared import SharedStore
from cardgen.run.step import Outcome, StepRunner

DEFAULT_TIME_LIMIT_S = 6 * 3600.0


def _ignore(_number: int, _outcome: Outcome) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True)
class Resources:
    """Where a run gets what it needs; each is asked only when a step needs it."""

    interpreter: Callable[[str], Path]
    """Environment name to its interpreter; makes the environment on first use.
    Raises :class:`EnvironmentMissingError`."""
    executor: Callable[[Path], Executor]
    """Given an empty folder, what does the work; asked once, where there is work."""
    reporter: Reporter
    time_limit_s: float = DEFAULT_TIME_LIMIT_S


def run_parts(
    parts: Sequence[Part],
    store: Store,
    resources: Resources,
    *,
    force: bool = False,
    settled: Callable[[int, Outcome], None] = _ignore,
    shared: SharedStore | None = None,
) -> Outcome:
    """Finish every step that can be finished.

    Args:
        parts: what is run of each manifest.
        store: where finished steps are looked up and kept.
        resources: environments, who does the work, and whom to tell.
        force: run every step anew.
        settled: told of each part, by its number, once nothing of it is left to do.
        shared: where others' finished steps are looked up too, and these are offered.
    """
    store.tidy()
    joined = Parts(parts)
    committed = joined.committed
    known = {} if force else {step.fingerprint: _known(step, store, committed, shared) for step in joined.steps}
    outcome = Outcome({fingerprint: record for fingerprint, record in known.items() if record is not None})

    def has_artifact(record: DoneRecord) -> bool:
        return store.artifact(record) is not None or (shared is not None and shared.artifact(record))

    graph = Graph(joined.steps, outcome.records, has_artifact)
    left = Counter(number for digest in graph.waiting for number in joined.having(digest))
    for number in range(len(parts)):
        if not left[number]:
            settled(number, outcome)
    if graph.waiting:
        estimate = Estimate([*committed.values(), *store.records()])
        with store.workplace() as place:
            executor = resources.executor(place)
            try:
                runner = StepRunner(
                    graph,
                    store,
                    executor,
                    resources.reporter,
                    outcome,
                    resources.time_limit_s,
                    joined.inputs_of,
                    shared,
                    force=force,
                )
                run = _Run(joined, graph, resources, executor, estimate, outcome, runner, left, settled)
                run.look(place)
                run.finish()
            finally:
                executor.close()
    return outcome


def _known(
    step: Step, store: Store, committed: Mapping[str, DoneRecord], shared: SharedStore | None
) -> DoneRecord | None:
    stored = store.record(step.fingerprint)
    if stored is None and step.fingerprint in committed:
        store.restore(committed[step.fingerprint])
    known = stored or committed.get(step.fingerprint)
    return shared.record(step.fingerprint) if known is None and shared is not None else known


class _Run:
    def __init__(
        self,
        parts: Parts,
        graph: Graph,
        resources: Resources,
        executor: Executor,
        estimate: Estimate,
        outcome: Outcome,
        runner: StepRunner,
        left: Counter[int],
        settled: Callable[[int, Outcome], None],
    ) -> None:
        self._parts = parts
        self._graph = graph
        self._resources = resources
        self._executor = executor
        self._estimate = estimate
        self._outcome = outcome
        self._runner = runner
        self._left_of_part = left
        self._settled = settled
        self._left = Counter(likeness_of(step.request) for step in graph.waiting.values())
        self._interpreters: dict[str, Path | EnvironmentMissingError] = {}

    def look(self, place: Path) -> None:
        """Have data looked at; a part whose data are not what its manifest says is left out."""
        resources = self._resources
        for number, part, data in tuple(self._parts.looks):
            own = [step for step in self._graph.waiting.values() if number in self._parts.having(step.fingerprint)]
            for name in dict.fromkeys(step.environment.name for step in own):
                with suppress(EnvironmentMissingError):
                    python = self._interpreter(name)
                    folder = place / f"look-{number}"
                    try:
                        look(
                            data, part.files, python, self._executor, folder, resources.reporter, resources.time_limit_s
                        )
                    except EnvironmentMissingError:
                        raise
                    except CardgenError as error:
                        self._refuse(number, error)
                    break

    def _refuse(self, number: int, error: CardgenError) -> None:
        self._outcome.refused[number] = error
        for fingerprint in self._parts.refuse(number):
            step = self._graph.waiting.get(fingerprint)
            if step is not None:
                self._left[likeness_of(step.request)] -= 1
        self._graph.drop(self._parts.refuse(number))
        self._left_of_part[number] = 0
        self._settled(number, self._outcome)

    def finish(self) -> None:
        if not self._graph.waiting:
            return
        running: dict[Future[None], tuple[Step, Load]] = {}
        total = len(self._graph.waiting)
        with ThreadPoolExecutor(total) as pool:
            try:
                while self._graph.waiting or running:
                    done = total - len(running) - len(self._graph.waiting)
                    self._resources.reporter.stands(done, total, self._estimate.left(self._left))
                    refused: set[str] = set()  # kinds: those behind the first of one wait with it
                    while (step := self._graph.first(refused)) is not None:
                        load = Load(step.request, self._read_bytes(step))
                        if not self._executor.admits(load, [other for _step, other in running.values()]):
                            refused.add(step.request.kind)
                            continue
                        self._graph.begin(step)
                        place = self._place(step)
                        if place is None:
                            self._settle(step)
                        else:
                            running[pool.submit(self._runner.run, step, *place)] = step, load
                    if running:
                        ended, _ = wait(running, return_when=FIRST_COMPLETED)
                        for future in ended:
                            future.result()  # an error that is nobody's but this program's is told as one
                            self._settle(running.pop(future)[0])
            except BaseException:
                self._runner.stop()
                raise

    def _settle(self, step: Step) -> None:
        if step.fingerprint in self._outcome.failed:
            behind = self._graph.fail(step)
            for lost in behind:
                self._outcome.records.pop(lost.fingerprint, None)
                self._outcome.skipped[lost.fingerprint] = step.fingerprint
            self._ended([step, *behind])
            return
        done = [step, *self._runner.made_by.pop(step.fingerprint, ())]
        for each in done:
            if each is not step:
                self._graph.begin(each)
            self._estimate.add(self._outcome.records[each.fingerprint])
            self._graph.finish(each)
        self._ended(done)

    def _ended(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._left[likeness_of(step.request)] -= 1
            for number in self._parts.having(step.fingerprint):
                self._left_of_part[number] -= 1
        parts = {number for step in steps for number in self._parts.having(step.fingerprint)}
        for number in sorted(parts):
            if self._left_of_part[number] == 0 and number not in self._outcome.refused:
                self._settled(number, self._outcome)

    def _place(self, step: Step) -> tuple[Path, Mapping[str, Path | None]] | None:
        """The interpreter for a step and its input files, which are made and fetched; ``None`` where that fails.

        Before the step's lock is taken: it takes minutes, and another build may not need to wait for that.
        """
        files = self._parts.reading(step).files
        try:
            python = self._interpreter(step.environment.name)
            return python, {role: files(name) for role, name in step.inputs.items()}
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

    def _read_bytes(self, step: Step) -> int:
        """Of what other steps made, and of local inputs."""
        needed = (self._outcome.records[fingerprint] for fingerprint in step.needs.values())
        made = sum(file.bytes for record in needed for file in record.artifact)
        return made + sum(each.bytes for each in self._parts.inputs_of(step).values())
