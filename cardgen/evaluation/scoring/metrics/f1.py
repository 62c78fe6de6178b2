"""F1, as a local ``evaluate`` module over scikit-learn."""

from typing import Any

import datasets
import evaluate
from sklearn.metrics import f1_score

_DESCRIPTION = "The harmonic mean of precision and recall of each label, averaged over the labels."
_CITATION = "scikit-learn, sklearn.metrics.f1_score; van Rijsbergen, Information Retrieval, 2nd edition, 1979"
_INPUTS = """
Args:
    predictions: predicted label ids.
    references: expected label ids.
    average: binary, macro, micro or weighted.
    pos_label: the id that counts as positive when average is binary.
Returns:
    f1: from 0 to 1; a label that is neither expected nor predicted does not count.
"""


class F1(evaluate.Metric):  # type: ignore[misc]
    """F1 of label ids."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features({"predictions": datasets.Value("int64"), "references": datasets.Value("int64")}),
        )

    def _compute(
        self, predictions: Any, references: Any, average: str = "binary", pos_label: int = 1
    ) -> dict[str, float]:
        options: dict[str, Any] = {"average": average, "zero_division": 0.0}
        if average == "binary":
            options["pos_label"] = pos_label
        return {"f1": float(f1_score(references, predictions, **options))}
