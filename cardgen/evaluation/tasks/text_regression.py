"""Text regression: a number for each text, or each pair of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.evaluation.answering.logits import checked_logits
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import mean_of, pearson_of, spearman_of
from cardgen.evaluation.task import Answer, ModelFiles, Outcomes, Rows, Runner, Settings, no_fidelity, no_values
from cardgen.evaluation.tasks.sentence_similarity import read_scores
from cardgen.evaluation.tasks.text_classification import read_inputs
from cardgen.records.request import MetricRequest, PredictRequest

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

__all__ = ["fidelity", "measure", "read", "read_inputs", "values"]

METRICS = ("pearsonr", "spearmanr", "mae")

values = no_values  # the correlations are of all texts together, and errors have no upper bound
fidelity = no_fidelity


@dataclass(frozen=True)
class ScoreReading:
    """Texts with the number that is expected of each; see :class:`cardgen.evaluation.task.Reading`."""

    rows: Rows
    expected: Sequence[float]

    @property
    def owners(self) -> Sequence[int]:
        """A sample is a row."""
        return range(len(self.expected))

    @property
    def labels(self) -> Mapping[str, str]:
        """There are none."""
        return {}

    @property
    def settings(self) -> Settings:
        """There are none."""
        return {}

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[npt.NDArray[np.float32]]:
        """What the model's one output holds for each row."""
        return list(checked_logits(runner.outputs(batch).get("logits"), (len(rows), 1), rows))

    def conclude(self, sample: int, answers: Sequence[npt.NDArray[np.float32]]) -> Answer:
        """The number, as the model gives it."""
        del sample
        (found,) = answers
        return Answer(float(found[0]))


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> ScoreReading:
    """Read texts and the number that is expected of each.

    Raises:
        StepError: if a column is missing or holds something else.
    """
    return ScoreReading(read_inputs(dataset, request.columns, model), read_scores(dataset, request.columns["score"]))


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Compare numbers with those that were expected.

    Raises:
        StepError: if there is no such metric.
    """
    check_metric(metric, METRICS)
    expected, found = outcomes.expected, outcomes.predicted
    value = compute(metric.type, found, expected)[metric.type]
    if metric.type == "mae":
        each = np.abs(np.subtract(found, expected, dtype=np.float64))
        return Measured(metric.type, value, len(found), mean_of(each), each=each)
    resampled = pearson_of if metric.type == "pearsonr" else spearman_of
    return Measured(metric.type, value, len(found), resampled(expected, found), width=2, chance=0.0)
