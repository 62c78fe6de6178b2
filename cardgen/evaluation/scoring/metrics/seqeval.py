"""Scores of labelled spans, as a local ``evaluate`` module over seqeval."""

from typing import Any

import datasets
import evaluate
from seqeval.metrics import accuracy_score, f1_score, precision_score, recall_score

_DESCRIPTION = "Precision, recall and F1 of whole spans, micro-averaged over their types, and accuracy of single words."
_CITATION = (
    "seqeval (https://github.com/chakki-works/seqeval), whose default mode counts as conlleval of CoNLL-2000 does; "
    "Ramshaw and Marcus, Text chunking using transformation-based learning, 1995"
)
_INPUTS = """
Args:
    predictions: for each text, the predicted label of each word, such as B-PER, I-PER or O.
    references: for each text, the expected label of each word.
Returns:
    precision, recall, f1: of spans, from 0 to 1; 0 where there is nothing to divide by.
    accuracy: of words, from 0 to 1.
"""


class SeqEval(evaluate.Metric):  # type: ignore[misc]
    """Precision, recall, F1 and accuracy of IOB2 labels."""

    def _info(self) -> Any:
        labels = datasets.Sequence(datasets.Value("string"))
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features({"predictions": labels, "references": labels}),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        return {
            "precision": float(precision_score(references, predictions, zero_division=0)),
            "recall": float(recall_score(references, predictions, zero_division=0)),
            "f1": float(f1_score(references, predictions, zero_division=0)),
            "accuracy": float(accuracy_score(references, predictions)),
        }
