"""The step *tune*: joins a backend that quantizes, an evaluation that scores and the search between them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cardgen.backends.registry import Backend, Trials
from cardgen.backends.threads import available_threads
from cardgen.catalog.metrics import metric_info
from cardgen.errors import StepError
from cardgen.evaluation.answering.lanes import lanes_for
from cardgen.evaluation.candidates import CandidateScores
from cardgen.evaluation.samples.calibration import calibration_batches
from cardgen.evaluation.task import ModelFiles
from cardgen.records.request import TuneRequest
from cardgen.records.results.tune import Sensitivity, TuneResult
from cardgen.tuning.goal import Goal
from cardgen.tuning.journal import Journal
from cardgen.tuning.search import Hopeless, Trial, search
from cardgen.tuning.sensitivity import rank_modules, samples_to_rank

Report = Callable[[str, int, int | None], None]


def tune(
    request: TuneRequest, backend: Backend, paths: Mapping[str, Path], journal: Path | None, report: Report
) -> TuneResult:
    """Find the modules that must stay FP32.

    Args:
        request: what is tuned, and by what.
        backend: what quantizes.
        paths: of the files that a job names, by role.
        journal: where each candidate is written at once.
        report: told how far a stage has come.

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
        samples = calibration_batches(request.quantize.calibration, request.task, model, data)
    trials = backend.trials(request.quantize, model.folder, samples, report)
    goal = Goal(scores.baseline, request.tolerance, request.absolute, metric_info(request.metric.type).higher_is_better)
    known = Journal(journal or Path.cwd() / "journal.jsonl")
    subject = _Subject(request, trials, scores, known, report)
    found = search(subject, goal, tuple(known.candidates), known.add)
    assert found.chosen.score is not None
    return TuneResult(
        metric=request.metric.type,
        baseline=goal.baseline,
        limit=goal.limit,
        score=found.chosen.score,
        fallback_modules=found.chosen.fp32_modules,
        ranking=known.ranking,
        candidates=found.candidates,
        samples=len(scores),
        threads=available_threads(),
        spinning=subject.spinning,
    )


class _Subject:
    """The model that is tuned, as the search sees it."""

    def __init__(
        self,
        request: TuneRequest,
        trials: Trials,
        scores: CandidateScores,
        journal: Journal,
        report: Report,
    ) -> None:
        self._lanes = lanes_for(request.predict.batch_size, available_threads())
        self._trials = trials
        self._scores = scores
        self._journal = journal
        self._report = report
        self._int8: Sequence[str] | None = None
        self.spinning: bool | None = None

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
        int8, runner = self._trials.quantize(fallback, available_threads() // self._lanes)
        self.spinning = runner.spinning
        if not fallback:
            self._int8 = int8
        outcome = self._scores.score(runner, self._lanes, hopeless, self._report)
        return Trial(outcome.score, outcome.samples, time.monotonic() - started, outcome.bound, outcome.fault)

    def _plain_modules(self) -> Sequence[str]:
        """What plain INT8 shows as INT8; made again where its score was known from before."""
        if self._int8 is None:
            self._int8, _runner = self._trials.quantize((), available_threads())
        return self._int8
