"""Batches through a model, several at a time where each is small."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from cardgen.evaluation.task import Reading, Runner

_ROWS_OF_A_JOB = 8
"""Handing a job to a thread costs as much as a small model takes for some samples."""
_JOBS_AHEAD = 4
"""Jobs that wait for each lane: few, since what is computed after the last result that is wanted is lost."""

Batches = Sequence[Sequence[int]]


def lanes_for(batch_size: int, threads: int) -> int:
    """How many batches are computed side by side, each with its share of ``threads``.

    One sample does not keep several threads busy: two samples side by side, each on one thread, take less time than one
    after the other on two.
    """
    return threads if batch_size == 1 else 1


def answer_batches(
    reading: Reading, runner: Runner, plan: Batches, lanes: int
) -> Generator[tuple[Sequence[int], Sequence[Any]], None, None]:
    """The rows of each batch of ``plan`` and the model's answers to them, in the order of ``plan``.

    Args:
        reading: the samples.
        runner: the model; it uses ``runner.threads`` threads for each batch.
        plan: the rows of each batch.
        lanes: how many batches are computed at the same time.

    Raises:
        StepError: if the model computes no numbers, or something else than the task expects.
    """

    def answer(batches: Batches) -> list[tuple[Sequence[int], Sequence[Any]]]:
        return [(rows, reading.answer(runner, rows, reading.rows.batch(rows))) for rows in batches]

    if lanes == 1:
        for rows in plan:
            yield from answer([rows])
        return
    size = max(1, _ROWS_OF_A_JOB // max(1, len(plan[0]))) if plan else 1
    jobs = (plan[start : start + size] for start in range(0, len(plan), size))
    waiting: deque[Future[list[tuple[Sequence[int], Sequence[Any]]]]] = deque()
    with ThreadPoolExecutor(lanes) as pool:
        try:
            for job in jobs:
                waiting.append(pool.submit(answer, job))
                if len(waiting) > lanes * _JOBS_AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
