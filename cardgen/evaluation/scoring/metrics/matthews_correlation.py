"""Matthews correlation, as a local ``evaluate`` module over scikit-learn."""

from typing import Any

import datasets
import evaluate
from sklearn.metrics import matthews_corrcoef

_DESCRIPTION = "The correlation of expected and predicted labels; 0 is as good as chance, whatever the label counts."
_CITATION = (
    "scikit-learn, sklearn.metrics.matthews_corrcoef; Matthews, Biochimica et Biophysica Acta 405, 1975; "
    "for more than two labels Gorodkin, Computational Biology and Chemistry 28, 2004"
)
_INPUTS = """
Args:
    predictions: predicted label ids.
    references: expected label ids.
Returns:
    matthews_correlation: from -1 to 1; 0 where only one label is expected, or only one predicted.
"""


class MatthewsCorrelation(evaluate.Metric):  # type: ignore[misc]
    """Matthews correlation of label ids."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features({"predictions": datasets.Value("int64"), "references": datasets.Value("int64")}),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        return {"matthews_correlation": float(matthews_corrcoef(references, predictions))}
