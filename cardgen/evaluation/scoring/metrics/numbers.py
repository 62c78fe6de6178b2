"""Metrics of numbers: correlations, and the perplexity that losses come to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from cardgen.evaluation.scoring.metrics.metric import Metric

_CORRELATED = """
Args:
    predictions: computed values.
    references: expected values.
Returns:
    {}: from -1 to 1; NaN where one side is the same throughout.
"""


def _pearsonr(predictions: Any, references: Any) -> dict[str, float]:
    from scipy.stats import pearsonr

    return {"pearsonr": float(pearsonr(references, predictions).statistic)}


def _spearmanr(predictions: Any, references: Any) -> dict[str, float]:
    from scipy.stats import spearmanr

    return {"spearmanr": float(spearmanr(references, predictions).statistic)}


def _mae(predictions: Any, references: Any) -> dict[str, float]:
    from sklearn.metrics import mean_absolute_error

    return {"mae": float(mean_absolute_error(references, predictions))}


def _perplexity(predictions: Sequence[float], references: Sequence[int]) -> dict[str, float]:
    try:
        return {"perplexity": math.exp(math.fsum(predictions) / sum(references))}
    except OverflowError:
        return {"perplexity": math.inf}


NUMBER_METRICS = (
    Metric(
        name="pearsonr",
        description="Pearson's correlation, of values that should lie on a line.",
        citation="SciPy, scipy.stats.pearsonr; Pearson, Proceedings of the Royal Society 58, 1895",
        inputs=_CORRELATED.format("pearsonr"),
        predictions="float64",
        references="float64",
        score=_pearsonr,
    ),
    Metric(
        name="spearmanr",
        description="Spearman's correlation, of the ranks of values; ties have their mean rank.",
        citation="SciPy, scipy.stats.spearmanr; Spearman, American Journal of Psychology 15, 1904",
        inputs=_CORRELATED.format("spearmanr"),
        predictions="float64",
        references="float64",
        score=_spearmanr,
    ),
    Metric(
        name="mae",
        description="The mean of how far a value is from the expected one.",
        citation="scikit-learn, sklearn.metrics.mean_absolute_error",
        inputs="""
Args:
    predictions: computed values.
    references: expected values.
Returns:
    mae: 0 or more, in the unit of the values.
""",
        predictions="float64",
        references="float64",
        score=_mae,
    ),
    Metric(
        name="perplexity",
        description="The exponential of the mean negative log-likelihood of a token, over all tokens of all texts.",
        citation="Jelinek et al., Perplexity: a measure of the difficulty of speech recognition tasks, JASA 62, 1977",
        inputs="""
Args:
    predictions: for each text, the sum of its tokens' negative log-likelihoods (natural logarithm).
    references: for each text, how many tokens that sum is over.
Returns:
    perplexity: 1 or more; infinite where it is too large for a number.
""",
        predictions="float64",
        references="int64",
        score=_perplexity,
    ),
)
