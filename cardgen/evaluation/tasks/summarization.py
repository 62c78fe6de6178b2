"""Summarization: a shorter text that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import mean_of
from cardgen.evaluation.scoring.sentences import split_sentences
from cardgen.evaluation.task import Outcomes
from cardgen.evaluation.tasks.generation import fidelity, read, read_inputs
from cardgen.records.request import MetricRequest

if TYPE_CHECKING:
    import numpy.typing as npt

METRICS = ("rouge1", "rouge2", "rougeL", "rougeLsum")

__all__ = ["METRICS", "fidelity", "measure", "read", "read_inputs", "values"]


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Score summaries by the mean F1 of ROUGE.

    Raises:
        StepError: if there is no such metric.
    """
    args = check_metric(metric, METRICS, {"stemmer": ("none", "porter")})
    stems = args.get("stemmer") == "porter"
    expected, found = _lines(metric, outcomes.expected), _lines(metric, outcomes.predicted)
    value = compute("rouge", found, expected, types=(metric.type,), use_stemmer=stems)[metric.type]
    each = values(metric, outcomes, range(len(expected)))
    told = {"stemmer": "porter"} if stems else {}
    return Measured(metric.type, value, len(each), mean_of(each), told, each=each)


def values(metric: MetricRequest, outcomes: Outcomes, samples: Sequence[int]) -> npt.NDArray[np.float64]:
    """ROUGE of each of ``samples``."""
    from rouge_score import rouge_scorer

    scorer = rouge_scorer.RougeScorer([metric.type], use_stemmer=metric.args.get("stemmer") == "porter")
    expected = _lines(metric, [outcomes.expected[sample] for sample in samples])
    found = _lines(metric, [outcomes.predicted[sample] for sample in samples])
    pairs = zip(expected, found, strict=True)
    return np.array([scorer.score(*pair)[metric.type].fmeasure for pair in pairs], np.float64)


def _lines(metric: MetricRequest, texts: Sequence[str]) -> list[str]:
    """ROUGE-Lsum takes each line for a sentence."""
    return [split_sentences(text) for text in texts] if metric.type == "rougeLsum" else list(texts)
