"""Word error rate, as a local ``evaluate`` module over jiwer."""

from typing import Any

import datasets
import evaluate
import jiwer

_DESCRIPTION = "Words put in, left out or replaced, as a fraction of the expected words of all texts."
_CITATION = "jiwer, jiwer.wer; Morris, Maier and Green, From WER and RIL to MER and WIL, Interspeech 2004"
_INPUTS = """
Args:
    predictions: transcribed texts.
    references: expected texts, none of them empty.
Returns:
    wer: 0 or more; above 1 where more is put in than was expected.
"""


class WordErrorRate(evaluate.Metric):  # type: ignore[misc]
    """Word error rate of a corpus."""

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
        return {"wer": float(jiwer.wer(list(references), list(predictions)))}
