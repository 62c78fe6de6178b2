"""Translation: the same text in another language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import each_of, from_sums
from cardgen.evaluation.task import Outcomes, no_values
from cardgen.evaluation.tasks.generation import fidelity, read, read_inputs
from cardgen.records.request import MetricRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

METRICS = ("sacrebleu", "chrf")

__all__ = ["METRICS", "fidelity", "measure", "read", "read_inputs", "values"]

values = no_values  # both are of a whole corpus


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Score translations of a corpus.

    Raises:
        StepError: if there is no such metric.
    """
    from sacrebleu.metrics import BLEU, CHRF

    check_metric(metric, METRICS)
    expected, found = list(outcomes.expected), list(outcomes.predicted)
    value = compute(metric.type, found, expected)[metric.type]
    scorer = BLEU() if metric.type == "sacrebleu" else CHRF()
    # sacrebleu's own bootstrap uses these two as well; they have no public names.
    counts = scorer._extract_corpus_statistics(found, [expected])  # noqa: SLF001

    def corpus_score(sums: npt.NDArray[np.float64]) -> float:
        return float(scorer._compute_score_from_stats([int(each) for each in sums]).score) / 100  # noqa: SLF001

    return Measured(metric.type, value, len(found), from_sums(counts, each_of(corpus_score)), width=len(counts[0]))
