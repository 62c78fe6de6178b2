"""Exact match and F1 of answers by the rules of SQuAD v2.0, as a local ``evaluate`` module."""

from typing import Any

import datasets
import evaluate

from cardgen.evaluation.scoring.squad_rules import judge_v2

_DESCRIPTION = (
    "The fraction of answers that are one of the expected ones, and the mean F1 of their words, "
    "where some questions have no answer: then no answer is the right one."
)
_CITATION = "Rajpurkar, Jia and Liang, Know what you don't know: unanswerable questions for SQuAD, ACL 2018"
_INPUTS = """
Args:
    predictions: predicted answers; empty for none.
    references: for each question, the expected answers; none where the text does not answer it.
Returns:
    exact_match, f1: from 0 to 1.
"""


class SquadV2(evaluate.Metric):  # type: ignore[misc]
    """Exact match and F1, where a question may have no answer."""

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
        found = [judge_v2(expected, answer) for expected, answer in zip(references, predictions, strict=True)]
        return {
            "exact_match": sum(each.exact for each in found) / len(found),
            "f1": sum(each.f1 for each in found) / len(found),
        }
