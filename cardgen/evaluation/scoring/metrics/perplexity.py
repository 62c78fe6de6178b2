"""Perplexity, as a local ``evaluate`` module."""

import math
from typing import Any

import datasets
import evaluate

_DESCRIPTION = "The exponential of the mean negative log-likelihood of a token, over all tokens of all texts."
_CITATION = "Jelinek et al., Perplexity: a measure of the difficulty of speech recognition tasks, JASA 62, 1977"
_INPUTS = """
Args:
    predictions: for each text, the sum of its tokens' negative log-likelihoods (natural logarithm).
    references: for each text, how many tokens that sum is over.
Returns:
    perplexity: 1 or more; infinite where it is too large for a number.
"""


class Perplexity(evaluate.Metric):  # type: ignore[misc]
    """Perplexity of a corpus."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Value("float64"), "references": datasets.Value("int64")}
            ),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        try:
            return {"perplexity": math.exp(math.fsum(predictions) / sum(references))}
        except OverflowError:
            return {"perplexity": math.inf}
