"""ROUGE, as a local ``evaluate`` module over rouge-score."""

from typing import Any

import datasets
import evaluate
from rouge_score import rouge_scorer

_DESCRIPTION = "The overlap of words, pairs of words or longest common sequences of two texts, as F1."
_CITATION = "Lin, ROUGE: a package for automatic evaluation of summaries, 2004; rouge-score of Google Research"
_INPUTS = """
Args:
    predictions: texts; for rougeLsum with a line for each sentence.
    references: expected texts, the same way.
    types: which of rouge1, rouge2, rougeL, rougeLsum.
    use_stemmer: whether words are reduced by Porter's stemmer.
Returns:
    each type: the mean of F1 over the texts, from 0 to 1.
"""


class Rouge(evaluate.Metric):  # type: ignore[misc]
    """Mean ROUGE F1."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Value("string"), "references": datasets.Value("string")}
            ),
        )

    def _compute(
        self,
        predictions: Any,
        references: Any,
        types: tuple[str, ...] = ("rouge1", "rouge2", "rougeL", "rougeLsum"),
        use_stemmer: bool = False,
    ) -> dict[str, float]:
        scorer = rouge_scorer.RougeScorer(list(types), use_stemmer=use_stemmer)
        found = [scorer.score(expected, text) for expected, text in zip(references, predictions, strict=True)]
        return {kind: sum(float(each[kind].fmeasure) for each in found) / len(found) for kind in types}
