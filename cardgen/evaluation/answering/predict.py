"""What a model answers to the samples of a dataset: computed once, and kept for every metric."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cardgen.catalog.tasks import TASKS
from cardgen.evaluation.answering.batching import plan_batches
from cardgen.evaluation.answering.lanes import answer_batches, lanes_for
from cardgen.evaluation.answering.padding import check_batch, is_one_by_one, keep_batching
from cardgen.evaluation.answering.predictions import write_outcomes
from cardgen.evaluation.samples.blank import count_blank
from cardgen.evaluation.samples.data import limited, load_dataset
from cardgen.evaluation.samples.limits import check_samples
from cardgen.evaluation.task import ModelFiles, Outcomes, Reading, Runner, load_task
from cardgen.records.request import PredictRequest
from cardgen.records.results.predict import PredictResult

Report = Callable[[str, int, int | None], None]
"""Called with (stage, done, total) as a long stage goes on."""


class Answered:
    """Answers to samples, gathered from those to rows in any order."""

    def __init__(self, reading: Reading, model: ModelFiles) -> None:
        """There are none yet."""
        samples = len(reading.expected)
        self._reading = reading
        self._logits: list[Any] = [None] * samples
        self._values: list[Any] = [None] * samples
        self._told: list[Any] = [None] * samples
        self._has_logits = self._has_told = False
        self.cut = 0
        """Answers that ended because they had the length that is allowed."""
        self._labels = model.labels if reading.labels else ()
        self._of_rows: dict[int, Any] = {}
        self._rows: dict[int, list[int]] = {}
        for row, sample in enumerate(reading.owners):
            self._rows.setdefault(sample, []).append(row)

    def add(self, rows: Sequence[int], answers: Sequence[Any]) -> list[int]:
        """Take the answers to some rows; the samples of which all rows are now answered."""
        self._of_rows.update(zip(rows, answers, strict=True))
        ended = []
        for sample in dict.fromkeys(self._reading.owners[row] for row in rows):
            if all(row in self._of_rows for row in self._rows[sample]):
                found = [self._of_rows.pop(row) for row in self._rows[sample]]
                answer = self._reading.conclude(sample, found)
                self._values[sample], self._logits[sample] = answer.value, answer.logits
                self._told[sample] = answer.told
                self._has_logits, self._has_told = answer.logits is not None, answer.told is not None
                self.cut += answer.cut
                ended.append(sample)
        return ended

    @property
    def outcomes(self) -> Outcomes:
        """What was expected and answered; ``None`` for a sample without an answer."""
        logits = self._logits if self._has_logits else None
        told = self._told if self._has_told else None
        return Outcomes(self._reading.expected, self._values, logits, self._labels, told)


class Samples(NamedTuple):
    """The samples of an evaluation, read and tokenised."""

    reading: Reading
    drawn_from: int | None
    """Rows of the dataset, where not all were taken."""
    blank: int
    """Samples of which a text is blank; see :func:`cardgen.evaluation.samples.blank.count_blank`."""


def read_samples(request: PredictRequest, model: ModelFiles, data: Path | None) -> Samples:
    """Read and tokenise the samples of an evaluation.

    Args:
        request: which samples.
        model: the files of the model that is to answer.
        data: the dataset's file, for a local one.

    Raises:
        StepError: if the data do not fit the request or the model.
    """
    dataset = load_dataset(request.data, data)
    rows = len(dataset)
    if request.limit is not None:
        dataset = limited(dataset, request.limit, request.seed)
    reading = load_task(request.task).read(dataset, request, model)
    check_samples(len(reading.expected), tuple(reading.labels), request.limit)
    blank = count_blank(dataset, request.task, request.columns)
    return Samples(reading, rows if len(dataset) < rows else None, blank)


def predict(
    request: PredictRequest,
    load: Callable[[int], Runner],
    model: ModelFiles,
    data: Path | None,
    baseline: Path | None,
    output: Path,
    threads: int,
    report: Report,
) -> PredictResult:
    """Have a model answer every sample, and write its answers into ``output``.

    Before a baseline answers in batches it is seen whether it answers alike in them. Where it does not, its samples go
    one by one, and so do those of what is compared with it.

    Args:
        request: which samples, and in batches of what size.
        load: loads the model, each operator to run on so many threads.
        model: its files.
        data: the dataset's file, for a local one.
        baseline: folder with the baseline's answers to the same samples, where this is none itself.
        output: where the answers go.
        threads: that there are, for as many batches at the same time as these are well used by.
        report: told how many rows are done.

    Raises:
        StepError: if the data do not fit the request or the model, or the model computes no numbers.
    """
    prepare_to_read(request, model)
    batch_size = 1 if baseline is not None and is_one_by_one(baseline) else request.batch_size
    lanes = lanes_for(batch_size, threads)
    runner = load(threads // lanes)
    started, aside = time.monotonic(), 0.0
    samples = read_samples(request, model, data)
    reading = samples.reading
    plan = plan_batches(reading.rows.lengths, batch_size)
    check = None
    if batch_size > 1 and baseline is None:
        began = time.monotonic()
        report("comparing a batch with its samples", 0, None)
        check = check_batch(reading, runner, model, plan, writes=TASKS[request.task].generates)
        keep_batching(output, check)
        if not check.alike:
            batch_size, plan = 1, plan_batches(reading.rows.lengths, 1)
            lanes = lanes_for(1, threads)
            runner = load(threads // lanes)
        aside = time.monotonic() - began
    total, done = len(reading.rows.lengths), 0
    answered = Answered(reading, model)
    report("evaluating", 0, total)
    for rows, answers in answer_batches(reading, runner, plan, lanes):
        answered.add(rows, answers)
        done += len(rows)
        report("evaluating", done, total)
    write_outcomes(output, answered.outcomes)
    result = predict_result(request, samples, answered, runner, lanes, time.monotonic() - started - aside)
    return result.model_copy(update={"batch_check": check, "one_by_one": batch_size < request.batch_size})


def prepare_to_read(request: PredictRequest, model: ModelFiles) -> None:
    """Load libraries and the tokenizer, which takes seconds that are not the samples'."""
    for library in ("datasets", "pyarrow.parquet"):
        importlib.import_module(library)
    load_task(request.task)
    _ = model.image_processor if request.task == "image-classification" else model.tokenizer


def predict_result(
    request: PredictRequest, samples: Samples, answered: Answered, runner: Runner, lanes: int, seconds: float
) -> PredictResult:
    """How ``runner`` answered what was read for ``request``, in ``seconds`` for reading and answering."""
    reading, writes = samples.reading, TASKS[request.task].generates
    return PredictResult(
        samples=len(reading.expected),
        drawn_from=samples.drawn_from,
        labels=dict(reading.labels),
        truncated=reading.rows.truncated,
        blank=samples.blank,
        cut=answered.cut if writes else None,
        settings={**reading.settings, **(runner.generation if writes else {})},
        threads=runner.threads,
        spinning=runner.spinning,
        lanes=lanes,
        seconds=round(seconds, 3),
    )
