"""chrF, as a local ``evaluate`` module over sacrebleu."""

from typing import Any

import datasets
import evaluate
from sacrebleu.metrics import CHRF

_DESCRIPTION = "F2 of the sequences of one to six characters of a corpus, spaces left out."
_CITATION = "Popović, chrF: character n-gram F-score for automatic MT evaluation, WMT 2015; sacrebleu"
_INPUTS = """
Args:
    predictions: translations.
    references: one expected translation each.
Returns:
    chrf: from 0 to 1, where sacrebleu itself prints 0 to 100.
"""


class ChrF(evaluate.Metric):  # type: ignore[misc]
    """Corpus chrF2."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Value("string"), "references": datasets.Value("string")}
            ),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        return {"chrf": float(CHRF().corpus_score(predictions, [references]).score) / 100}
