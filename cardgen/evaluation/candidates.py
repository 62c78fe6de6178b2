"""Scores many candidates of one model by one metric: the samples are read and tokenised once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cardgen.catalog.tasks import TASKS
from cardgen.errors import StepError
from cardgen.evaluation.answering.batching import plan_batches
from cardgen.evaluation.answering.lanes import Batches, answer_batches
from cardgen.evaluation.answering.logits import NotANumberError
from cardgen.evaluation.answering.padding import is_one_by_one
from cardgen.evaluation.answering.predict import Answered, Report, predict_result, prepare_to_read, read_samples
from cardgen.evaluation.answering.predictions import read_baseline
from cardgen.evaluation.task import ModelFiles, Outcomes, Reading, Runner, load_task
from cardgen.evaluation.tasks.generation import written
from cardgen.records.request import MetricRequest, PredictRequest
from cardgen.records.results.predict import PredictResult

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

_ROWS_TO_RANK = 8
"""In a batch: few, since padding costs as much as what is padded."""


_SCREENED = 4
"""Of so many rows one, the most doubtful, is answered before all are."""

_BATCHES_OF_ONE_DOUBT = 4
"""Batches among which rows of like doubt are put together by length."""


@dataclass(frozen=True)
class Outcome:
    """What came of scoring one candidate."""

    score: float | None
    """On all samples; ``None`` where scoring was stopped or the model computed no number."""
    samples: int
    """Samples that were scored."""
    bound: float | None = None
    """Where scoring was stopped: the score, had all samples that were left been right."""
    fault: str = ""
    answers: Answers | None = None
    """Where all samples were scored."""


@dataclass(frozen=True)
class Answers:
    """What a candidate answered to all samples: what *predict* finds for the variant that is quantized so."""

    outcomes: Outcomes
    result: PredictResult


class CandidateScores:
    """The samples of one evaluation, in the batches that the evaluation takes."""

    def __init__(
        self,
        request: PredictRequest,
        metric: MetricRequest,
        model: ModelFiles,
        data: Path | None,
        baseline: Path,
        *,
        free: bool = False,
    ) -> None:
        """Read what candidates are scored on.

        Args:
            request: on what.
            metric: by what.
            model: the files of the model that is tuned.
            data: the dataset's file, for a local one.
            baseline: folder with the FP32 model's answers.
            free: whether a candidate's score does not depend on the batch, so that others than the evaluation's tell
                which candidates are hopeless.

        Raises:
            StepError: if the data do not fit the request, the model or the baseline.
        """
        self._task = load_task(request.task)
        self._request = request
        self._metric = metric
        self._writes = TASKS[request.task].generates
        self._model = model
        prepare_to_read(request, model)
        started = time.monotonic()
        self._samples = read_samples(request, model, data)
        self._reading = self._samples.reading
        self._seconds = time.monotonic() - started
        self._base = base = read_baseline(baseline, Answered(self._reading, model).outcomes)
        self.baseline = self._task.measure(metric, base).value
        """The FP32 model's score."""
        self._sees_padding = is_one_by_one(baseline)
        self.batch_size = 1 if self._sees_padding else request.batch_size
        """Samples that are scored together."""
        self._plan: Batches = plan_batches(self._reading.rows.lengths, self.batch_size)
        self._screening: Batches = ()
        values = self._task.values(metric, base, range(len(self)))
        if values is not None:
            margins = _margins(base, values)
            owners = self._reading.owners
            self._plan = sorted(self._plan, key=lambda rows: float(np.mean([margins[owners[row]] for row in rows])))
            if free:
                self._screening = _screening(self._reading, margins, max(map(len, self._plan)))

    def __len__(self) -> int:
        """Samples that a full evaluation takes."""
        return len(self._reading.expected)

    def inputs(self, count: int) -> tuple[Batch, ...]:
        """Some inputs, spread evenly over the data, in batches of about the same length where they can be padded.

        A model that writes text is given what FP32 wrote, so that one pass shows what every module does.
        """
        rows, owners = self._reading.rows, self._reading.owners
        chosen = np.linspace(0, len(rows.lengths) - 1, min(count, len(rows.lengths))).round().astype(int).tolist()
        if self._writes:
            texts = [self._base.predicted[owners[row]] for row in chosen]
            return tuple(
                {**rows.batch([row]), **written(self._model, text)} for row, text in zip(chosen, texts, strict=True)
            )
        try:
            plan = plan_batches([rows.lengths[row] for row in chosen], 1 if self._sees_padding else _ROWS_TO_RANK)
            return tuple(rows.batch([chosen[index] for index in part]) for part in plan)
        except StepError:
            return tuple(rows.batch([row]) for row in chosen)

    def score(self, runner: Runner, lanes: int, hopeless: Callable[[float], bool], report: Report) -> Outcome:
        """Score one candidate.

        Args:
            runner: the candidate.
            lanes: how many batches are computed at the same time.
            hopeless: whether it fails, given the best score that could still come of it; then scoring stops.
            report: told how many rows are done.
        """
        best = np.ones(len(self))
        if self._screening:
            found = self._answer(runner, lanes, self._screening, best, hopeless, report)
            if isinstance(found, Outcome):
                return found
        started = time.monotonic()
        found = self._answer(runner, lanes, self._plan, best, hopeless, report)
        if isinstance(found, Outcome):
            return found
        seconds = self._seconds + time.monotonic() - started
        result = predict_result(self._request, self._samples, found, runner, lanes, seconds)
        result = result.model_copy(update={"one_by_one": self._sees_padding})
        score = self._task.measure(self._metric, found.outcomes).value
        return Outcome(score, len(self), answers=Answers(found.outcomes, result))

    def _answer(
        self,
        runner: Runner,
        lanes: int,
        plan: Batches,
        best: npt.NDArray[np.float64],
        hopeless: Callable[[float], bool],
        report: Report,
    ) -> Outcome | Answered:
        """The answers to the rows in ``plan``; or what came of it, where that was the end.

        In ``best`` is the value of each sample as far as it is known, and else the best that there can be.
        """
        answered = Answered(self._reading, self._model)
        total, done, samples = len(self._reading.rows.lengths), 0, 0
        try:
            with closing(answer_batches(self._reading, runner, plan, lanes)) as batches:
                for rows, answers in batches:
                    ended = answered.add(rows, answers)
                    done, samples = done + len(rows), samples + len(ended)
                    report("trying a fallback", done, total)
                    values = self._task.values(self._metric, answered.outcomes, ended)
                    if values is None:
                        continue
                    best[ended] = values
                    bound = float(best.mean())
                    if done < total and hopeless(bound):
                        return Outcome(None, samples, bound=bound)
        except NotANumberError:
            return Outcome(None, samples, fault="the model computed NaN")
        return answered


def _margins(base: Outcomes, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far each answer of the FP32 model is from being wrong: of labels by their logits, else its value."""
    if base.logits is None or not all(isinstance(label, int) for label in base.expected):
        return values
    logits = np.array(base.logits, np.float64)
    rows = np.arange(len(logits))
    right = logits[rows, base.expected]
    logits[rows, base.expected] = -np.inf
    return np.asarray(right - logits.max(1))


def _screening(reading: Reading, margins: npt.NDArray[np.float64], size: int) -> Batches:
    """The rows in which INT8 is likeliest to be wrong, in batches of ``size``, the likeliest first.

    There it shows soonest that a candidate is hopeless: what FP32 gets wrong INT8 seldom mends, and where FP32 was all
    but wrong INT8 is wrong most often.
    """
    owners = reading.owners
    order = sorted(range(len(owners)), key=lambda row: float(margins[owners[row]]))[: len(owners) // _SCREENED]
    found: list[Sequence[int]] = []
    for start in range(0, len(order), size * _BATCHES_OF_ONE_DOUBT):
        some = order[start : start + size * _BATCHES_OF_ONE_DOUBT]
        parts = plan_batches([reading.rows.lengths[row] for row in some], size)
        found += [[some[index] for index in part] for part in parts]
    return found
