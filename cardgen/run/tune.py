"""The step *tune*: joins a backend that quantizes, an evaluation that scores and the search between them."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardgen.backends.registry import Backend, Quantized, Trials
from cardgen.backends.threads import available_threads
from cardgen.catalog.metrics import metric_info
from cardgen.errors import StepError
from cardgen.evaluation.answering.lanes import lanes_for
from cardgen.evaluation.answering.predictions import write_outcomes
from cardgen.evaluation.candidates import CandidateScores, Outcome
from cardgen.evaluation.samples.calibration import CalibrationSamples, calibration_samples
from cardgen.evaluation.task import ModelFiles, Outcomes
from cardgen.records.request import TuneRequest
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.results.tune import Candidate, Sensitivity, TuneResult
from cardgen.run.load import Meter
from cardgen.run.made import Made
from cardgen.tuning.goal import Goal
from cardgen.tuning.journal import Journal
from cardgen.tuning.search import Hopeless, Trial, search
from cardgen.tuning.sensitivity import rank_modules, samples_to_rank

Report = Callable[[str, int, int | None], None]


def tune(
    request: TuneRequest,
    backend: Backend,
    paths: Mapping[str, Path],
    journal: Path | None,
    output: Path,
    report: Report,
    also: Callable[[Made], None],
) -> TuneResult:
    """Find the modules that must stay FP32.

    Args:
        request: what is tuned, and by what.
        backend: what quantizes.
        paths: of the files that a job names, by role.
        journal: where each candidate is written at once.
        output: an empty folder for the artifacts of what is made on the way.
        report: told how far a stage has come.
        also: told what *quantize* and *predict* would make of the choice, unless it goes by an earlier run's journal.

    Raises:
        StepError: if the data do not fit, a candidate cannot be made, or the FP32 model's score is no number.
        ToleranceError: if no fallback that was tried keeps to the tolerance.
    """
    model = ModelFiles(paths["model"], request.predict.trust_remote_code)
    scores = CandidateScores(
        request.predict,
        request.metric,
        model,
        paths.get("data"),
        paths["baseline"],
        free=request.quantize.approach == "static",
    )
    if not math.isfinite(scores.baseline):
        raise StepError(
            f"The FP32 model's {request.metric.type} is not a number, so that no loss can be told.",
            remedy="Choose another `evaluation.primary`, or more samples.",
        )
    samples = None
    if request.quantize.calibration is not None:
        data = paths.get("calibration")
        samples = calibration_samples(request.quantize.calibration, request.task, model, data)
    batches = samples.batches if samples else None
    trials = backend.trials(request.quantize, model.folder, batches, report)
    goal = Goal(scores.baseline, request.tolerance, request.absolute, metric_info(request.metric.type).higher_is_better)
    known = Journal(journal or Path.cwd() / "journal.jsonl")
    subject = _Subject(request, trials, scores, known, output, report)

    def keep(candidate: Candidate) -> None:
        known.add(candidate)
        subject.settle(candidate)

    found = search(subject, goal, tuple(known.candidates), keep)
    assert found.chosen.score is not None
    for made in subject.made_of(found.chosen, samples):
        also(made)
    return TuneResult(
        metric=request.metric.type,
        baseline=goal.baseline,
        limit=goal.limit,
        score=found.chosen.score,
        fallback_modules=found.chosen.fp32_modules,
        ranking=known.ranking,
        candidates=found.candidates,
        samples=len(scores),
        calibration=None if samples is None else samples.seen(trials.calibration_samples),
        threads=available_threads(),
        spinning=subject.spinning,
    )


@dataclass(frozen=True)
class _Tried:
    """A candidate that was quantized and scored now."""

    quantized: Quantized
    seconds: float
    """For quantizing."""
    outcome: Outcome
    load: float | None
    """Processors that other work kept busy while it was scored."""


@dataclass(frozen=True)
class _Kept:
    """A candidate that keeps to the tolerance, of which the model is on the disk."""

    fallback: frozenset[str]
    complete: Callable[[], QuantizeResult]
    seconds: float
    """For quantizing and writing."""
    outcomes: Outcomes
    answered: PredictResult


class _Subject:
    """The model that is tuned, as the search sees it."""

    def __init__(
        self,
        request: TuneRequest,
        trials: Trials,
        scores: CandidateScores,
        journal: Journal,
        output: Path,
        report: Report,
    ) -> None:
        self._lanes = lanes_for(scores.batch_size, available_threads())
        self._trials = trials
        self._scores = scores
        self._journal = journal
        self._report = report
        self._output = output
        self._int8: Sequence[str] | None = None
        self.spinning: bool | None = None
        self._tried: _Tried | None = None
        self._kept: _Kept | None = None

    def modules(self) -> Sequence[Sensitivity]:
        """Ranked once; a tuning that goes on takes the ranking that it began with."""
        ranking = self._journal.ranking
        if ranking is None:
            names = self._plain_modules()
            inputs = self._scores.inputs(samples_to_rank(len(names), len(self._scores)))
            ranking = rank_modules(self._trials, names, inputs, self._report)
            self._journal.add(ranking)
        return ranking.modules

    def score(self, fallback: Sequence[str], hopeless: Hopeless) -> Trial:
        """Quantize all but ``fallback``, and score that."""
        started = time.monotonic()
        quantized = self._trials.quantize(fallback, available_threads() // self._lanes)
        seconds = time.monotonic() - started
        self.spinning = quantized.runner.spinning
        if not fallback:
            self._int8 = quantized.int8
        meter = Meter()
        outcome = self._scores.score(quantized.runner, self._lanes, hopeless, self._report)
        self._tried = _Tried(quantized, seconds, outcome, meter.load())
        return Trial(outcome.score, outcome.samples, time.monotonic() - started, outcome.bound, outcome.fault)

    def settle(self, candidate: Candidate) -> None:
        """Let go of the model that was scored last: onto the disk, in the place of any before, if it is accepted."""
        tried, self._tried = self._tried, None
        if tried is None or not candidate.accepted or tried.outcome.answers is None:
            return
        self._kept = None
        started = time.monotonic()
        complete = tried.quantized.write(self._folder("quantize"))
        seconds = tried.seconds + time.monotonic() - started
        answers = tried.outcome.answers
        answered = answers.result.model_copy(update={"load": tried.load})
        self._kept = _Kept(frozenset(candidate.fp32_modules), complete, seconds, answers.outcomes, answered)

    def made_of(self, chosen: Candidate, samples: CalibrationSamples | None) -> tuple[Made, ...]:
        """The artifacts of *quantize* and *predict* for the chosen candidate, if it is the one that was kept."""
        kept = self._kept
        if kept is None or kept.fallback != frozenset(chosen.fp32_modules):
            shutil.rmtree(self._output / "quantize", ignore_errors=True)
            return ()
        started = time.monotonic()
        quantized = samples.told_in(kept.complete()) if samples else kept.complete()
        seconds = kept.seconds + time.monotonic() - started
        write_outcomes(self._folder("predict"), kept.outcomes)
        answered = kept.answered
        return Made(result=quantized, seconds=round(seconds, 3)), Made(result=answered, seconds=answered.seconds)

    def _folder(self, name: str) -> Path:
        """An empty folder."""
        folder = self._output / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def _plain_modules(self) -> Sequence[str]:
        """What plain INT8 shows as INT8; made again where its score was known from before."""
        if self._int8 is None:
            self._int8 = self._trials.quantize((), available_threads()).int8
        return self._int8
