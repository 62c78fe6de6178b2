"""Exact match and F1 of answers by the rules of SQuAD v1.1, as a local ``evaluate`` module."""

from typing import Any

import datasets
import evaluate

from cardgen.evaluation.scoring.squad_rules import judge

_DESCRIPTION = "The fraction of answers that are one of the expected ones, and the mean F1 of their words."
_CITATION = "Rajpurkar et al., SQuAD: 100,000+ questions for machine comprehension of text, EMNLP 2016, section 6.1"
_INPUTS = """
Args:
    predictions: predicted answers.
    references: for each question, one or more expected answers.
Returns:
    exact_match, f1: from 0 to 1.
"""


class Squad(evaluate.Metric):  # type: ignore[misc]
    """Exact match and F1, each question having an answer."""

    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Value("string"), "references": datasets.Sequence(datasets.Value("string"))}
            ),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        if not all(references):
            raise ValueError("a question has no answer, which squad_v2 is for")
        found = [judge(expected, answer) for expected, answer in zip(references, predictions, strict=True)]
        return {
            "exact_match": sum(each.exact for each in found) / len(found),
            "f1": sum(each.f1 for each in found) / len(found),
        }
