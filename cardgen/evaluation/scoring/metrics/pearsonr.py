"""Pearson's correlation, as a local ``evaluate`` module over SciPy."""

from typing import Any

import datasets
import evaluate
from scipy.stats import pearsonr

_DESCRIPTION = "Pearson's correlation, of values that should lie on a line."
_CITATION = "SciPy, scipy.stats.pearsonr; Pearson, Proceedings of the Royal Society 58, 1895"
_INPUTS = """
Args:
    predictions: computed values.
    references: expected values.
Returns:
    pearsonr: from -1 to 1; NaN where one side is the same throughout.
"""


class Pearson(evaluate.Metric):  # type: ignore[misc]
    """Pearson's correlation."""

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
        return {"pearsonr": float(pearsonr(references, predictions).statistic)}
