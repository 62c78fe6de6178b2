"""Has a worker look at data before the first step of a plan runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cardgen.data.needs import Need
from cardgen.errors import StepError
from cardgen.run.executors import Executor, Work
from cardgen.run.progress import Report, Reporter
from cardgen.run.workers.protocol import Failed, Job, Log, LookRequest, LookResult, Progress


@dataclass(frozen=True)
class DataLook:
    """What is to be looked at."""

    needs: tuple[Need, ...]
    labels: Callable[[], tuple[str, ...] | None]
    """The base model's labels, where they are known; its files are fetched for them."""
    found: Callable[[LookResult], None]
    """Told what is wrong, even where nothing is; what it raises ends the run."""


def look(
    asked: DataLook,
    files: Callable[[str], Path | None],
    python: Path,
    executor: Executor,
    place: Path,
    reporter: Reporter,
    time_limit_s: float,
) -> None:
    """Look, and tell what was found.

    Args:
        asked: at what.
        files: from a resolution's name to its local file, or to ``None`` for a dataset of the Hub.
        python: interpreter of an environment that can read data.
        executor: what does it.
        place: a new folder for the worker.
        reporter: hears how far it is.
        time_limit_s: seconds that it may take.

    Raises:
        StepError: where the worker failed.
    """
    place.mkdir()
    paths = {need.name: files(need.name) for need in asked.needs}
    labels = asked.labels() if any(need.labelled for need in asked.needs) else None
    job = Job(
        request=LookRequest(needs=asked.needs, labels=labels),
        paths={name: path.resolve() for name, path in paths.items() if path is not None},
        output=place / "nothing",
        offline=None not in paths.values(),
    )
    with reporter.step("look at data") as report:
        end = executor.run(Work(python, job, place, time_limit_s), _hearing(report, reporter))
    if isinstance(end, Failed):
        told = "\n".join(part for part in (end.error.remedy, end.error.detail.strip()) if part)
        raise StepError(f"the data could not be looked at: {end.error.message}", remedy=told)
    assert isinstance(end.result, LookResult)
    asked.found(end.result)


def _hearing(report: Report, reporter: Reporter) -> Callable[[Progress | Log], None]:
    def hear(event: Progress | Log) -> None:
        if isinstance(event, Progress):
            report(event.stage, event.done, event.total)
        else:
            reporter.log(event.message)

    return hear
