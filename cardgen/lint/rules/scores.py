"""Are scores under their own names, and whose they are said to be?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cardgen.card.facts.consistency import loss_exceeds
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.pairs import pairs
from cardgen.lint.reading.quantities import (
    agree,
    as_fraction,
    by_quantity,
    higher_is_better,
    lower_prose,
    metric_figures,
    same_measure,
    written,
)
from cardgen.patterns import regex

_CALLED_ACCURACY = regex(
    r"accuracy\s?\((?:eval[-_ ])?(?P<metric>f1|rouge\w*|bleu|sacrebleu|wer|em|exact[-_ ]match|map|pearsonr?|spearmanr?"
    r"|matthews[-_ ]corr\w*|mcc|loss|perplexity)\)",
    re.IGNORECASE,
)
_REMARKED = regex(
    r"collaps|degrad|broken|unusable|poor|worse|significant|suffers|severe|fails|large drop|does not work"
    r"|no better than chance"
)
_LARGE_LOSS = Decimal("0.3")
_LARGE_GROWTH = Decimal(2)
_MOST = 200


def _of_baseline(subject: Subject) -> Iterator[Found]:
    """A value of model-index that only the baseline has, whatever the two places call it."""
    figures = metric_figures(subject.facts, "metadata")
    index = [figure for figure in figures if figure.metadata_path[:1] == ("model-index",)][:_MOST]
    others = by_quantity(metric_figures(subject.facts, "table", "prose"))
    swept = by_quantity(figure for row in subject.facts.sweep for figure in row.figures)
    for figure in index:
        known = others.get(figure.quantity, [])[:_MOST]
        if any(same_measure(figure, other) and not other.subject.baseline for other in known if other.place == "table"):
            continue  # both places call it the same, and another rule compares them
        alike = [other for other in known if agree(figure, other)]
        if not alike or not all(other.subject.baseline for other in alike) or figure.quantity in swept:
            continue
        own = [other for other in known if not other.subject.baseline and other.label == alike[0].label]
        if own:
            yield Found(
                figure.span,
                f"{figure.quantity} is {written(figure)} in the metadata, which is the FP32 model's value; "
                f"this model's is {written(own[0])}",
                f"write {written(own[0])}: the metadata speaks of the model in this repository",
            )


def _called_accuracy(subject: Subject) -> Iterator[Found]:
    told: set[str] = set()
    for figure in metric_figures(subject.facts, "table", "prose"):
        match = _CALLED_ACCURACY.search(figure.label)
        if match and figure.label not in told:
            told.add(figure.label)
            message = f"`{figure.label}` calls {match['metric']} an accuracy"
            yield Found(figure.span, message, f"write {match['metric']} alone")


def _collapsed(subject: Subject) -> Iterator[Found]:
    """A model that lost a third of its score, or whose errors tripled, is no use: that is said, or a slip."""
    if _REMARKED.search(lower_prose(subject.document)):
        return
    for pair in pairs(subject.document, metric_figures(subject.facts)):
        better = higher_is_better(pair.figure.quantity)
        value, baseline = as_fraction(pair.figure), as_fraction(pair.baseline)
        if better is None or baseline <= 0:
            continue
        limit = _LARGE_LOSS if better else _LARGE_GROWTH
        if loss_exceeds(value, baseline, limit, relative=True, higher_is_better=better):
            yield Found(
                pair.figure.span,
                f"{pair.figure.quantity} is {written(pair.figure)} quantized and {written(pair.baseline)} not, "
                f"without a word on it",
                "look whether the value is right; if it is, say that the model is not for use",
            )


RULES: tuple[Rule, ...] = (
    Rule("metadata-baseline", "error", "A score in model-index that is the baseline's alone.", _of_baseline),
    Rule("metric-name", "note", "Another metric that is called accuracy.", _called_accuracy),
    Rule("score-collapsed", "warning", "A score that collapsed against the baseline, unremarked.", _collapsed),
)
