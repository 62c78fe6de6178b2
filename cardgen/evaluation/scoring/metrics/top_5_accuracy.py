"""Top-5 accuracy, as a local ``evaluate`` module."""

from typing import Any

import datasets
import evaluate

_DESCRIPTION = "The fraction of samples whose expected label is among the five that the model finds likeliest."
_CITATION = "Russakovsky et al., ImageNet large scale visual recognition challenge, IJCV 115, 2015"
_INPUTS = """
Args:
    predictions: for each sample, the ids of its five likeliest labels.
    references: expected label ids.
Returns:
    top_5_accuracy: from 0 to 1.
"""


class Top5Accuracy(evaluate.Metric):  # type: ignore[misc]
    """Top-5 accuracy of label ids."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Sequence(datasets.Value("int64")), "references": datasets.Value("int64")}
            ),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        hits = sum(expected in found[:5] for expected, found in zip(references, predictions, strict=True))
        return {"top_5_accuracy": hits / len(references)}
