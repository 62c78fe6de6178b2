"""Scores of a sweep that fell far below those of the same model in FP32."""

from __future__ import annotations

from decimal import Decimal

from cardgen.card.facts.consistency import collapse
from cardgen.card.facts.observed import SweptRun
from cardgen.card.words import numbers
from cardgen.catalog.metrics import metric_info
from cardgen.records.results.evaluate import Score


def fell_from(run: SweptRun, score: Score) -> Score | None:
    """The same score in FP32, where this one fell far below it."""
    base = next(each for each in run.baseline.scores if (each.metric, each.args) == (score.metric, score.args))
    values = [Decimal(str(numbers.metric_value(each.value))) for each in (score, base)]
    fallen = collapse(values[:1], values[1], higher_is_better=metric_info(score.metric).higher_is_better)
    return base if fallen else None
