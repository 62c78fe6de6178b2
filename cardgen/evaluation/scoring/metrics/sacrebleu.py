"""BLEU, as a local ``evaluate`` module over sacrebleu."""

from typing import Any

import datasets
import evaluate
from sacrebleu.metrics import BLEU

_DESCRIPTION = "BLEU of a corpus with sacrebleu's default tokenizer (13a) and exponential smoothing."
_CITATION = "Papineni et al., BLEU, ACL 2002; Post, A call for clarity in reporting BLEU scores, WMT 2018"
_INPUTS = """
Args:
    predictions: translations.
    references: one expected translation each.
Returns:
    sacrebleu: from 0 to 1, where sacrebleu itself prints 0 to 100.
"""


class SacreBleu(evaluate.Metric):  # type: ignore[misc]
    """Corpus BLEU."""

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
        return {"sacrebleu": float(BLEU().corpus_score(predictions, [references]).score) / 100}
