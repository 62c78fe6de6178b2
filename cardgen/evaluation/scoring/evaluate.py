"""Scores what a model answered, and tells how far that, and each answer, is from what a baseline did."""

from __future__ import annotations

from pathlib import Path

from cardgen.evaluation.answering.predictions import read_baseline, read_outcomes
from cardgen.evaluation.scoring.measured import difference_of, score_of, values_of
from cardgen.evaluation.task import load_task
from cardgen.records.request import EvaluateRequest
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.samples import Samples, write_samples


def evaluate(
    request: EvaluateRequest, predictions: Path, baseline: Path | None, output: Path | None = None
) -> EvaluateResult:
    """Score predictions.

    Args:
        request: by which metrics.
        predictions: folder with what the model answered.
        baseline: folder with what the baseline answered, for a variant.
        output: folder for how good each sample is, by metrics that are the mean of that.

    Raises:
        StepError: if a metric does not exist, does not fit the data or is not a number, or the baseline's samples are
            others.
    """
    task = load_task(request.task)
    outcomes = read_outcomes(predictions)
    found = [task.measure(metric, outcomes) for metric in request.metrics]
    of_samples = tuple(each for each in map(values_of, found) if each is not None)
    if output is not None and of_samples:
        write_samples(output, Samples(metrics=of_samples))
    result = EvaluateResult(samples=len(outcomes.expected), scores=tuple(score_of(each) for each in found))
    if baseline is None:
        return result
    base = read_baseline(baseline, outcomes)
    before = [task.measure(metric, base) for metric in request.metrics]
    differences = tuple(difference_of(one, other) for one, other in zip(found, before, strict=True))
    return result.model_copy(update={"differences": differences, "fidelity": task.fidelity(outcomes, base)})
