"""Accuracy, as a local ``evaluate`` module over scikit-learn."""

from typing import Any

import datasets
import evaluate
from sklearn.metrics import accuracy_score

_DESCRIPTION = "The fraction of samples whose predicted label is the expected one."
_CITATION = "scikit-learn, sklearn.metrics.accuracy_score"
_INPUTS = """
Args:
    predictions: predicted label ids.
    references: expected label ids.
Returns:
    accuracy: from 0 to 1.
"""


class Accuracy(evaluate.Metric):  # type: ignore[misc]
    """Accuracy of label ids."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features({"predictions": datasets.Value("int64"), "references": datasets.Value("int64")}),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        return {"accuracy": float(accuracy_score(references, predictions))}
