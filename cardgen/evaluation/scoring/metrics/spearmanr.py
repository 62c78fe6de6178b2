"""Spearman's correlation, as a local ``evaluate`` module over SciPy."""

from typing import Any

import datasets
import evaluate
from scipy.stats import spearmanr

_DESCRIPTION = "Spearman's correlation, of the ranks of values; ties have their mean rank."
_CITATION = "SciPy, scipy.stats.spearmanr; Spearman, American Journal of Psychology 15, 1904"
_INPUTS = """
Args:
    predictions: computed values.
    references: expected values.
Returns:
    spearmanr: from -1 to 1; NaN where one side is the same throughout.
"""


class Spearman(evaluate.Metric):  # type: ignore[misc]
    """Spearman's correlation."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Value("float64"), "references": datasets.Value("float64")}
            ),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        return {"spearmanr": float(spearmanr(references, predictions).statistic)}
