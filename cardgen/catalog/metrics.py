"""The metrics that cards give, described without computing any; a task says which of them can be asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ArgumentInfo:
    """One argument of a metric."""

    description: str
    values: tuple[str, ...] = ()
    """The values it takes; empty where any text does."""
    only_with: tuple[str, str] | None = None
    """Another argument, and the value that it must have or be left out, for this one to mean anything."""
    tasks: tuple[str, ...] = ()
    """The tasks in which it applies; empty for all."""


@dataclass(frozen=True)
class MetricInfo:
    """What a metric means. Values are fractions on the metric's own scale, never percentages."""

    name: str
    """The Hub's metric type, as model-index writes it."""
    title: str
    """For people."""
    low: float
    high: float
    higher_is_better: bool
    fraction: bool = True
    """Whether a value is a fraction, which could be written in percent."""
    args: Mapping[str, ArgumentInfo] = field(default_factory=dict)


_CLASSES = ("text-classification", "image-classification", "multi-label-classification")
"""Tasks in which F1 is that of classes; elsewhere it is that of spans, or of an answer's words."""

_AVERAGE = ArgumentInfo(
    "How the labels' scores are averaged; by default `micro`.",
    ("macro", "micro", "weighted"),
    tasks=("multi-label-classification",),
)
_STEMMER = ArgumentInfo("Whether words are reduced by Porter's stemmer first; by default `none`.", ("none", "porter"))

METRICS: Mapping[str, MetricInfo] = {
    info.name: info
    for info in (
        MetricInfo(name="accuracy", title="Accuracy", low=0.0, high=1.0, higher_is_better=True),
        MetricInfo(
            name="f1",
            title="F1",
            low=0.0,
            high=1.0,
            higher_is_better=True,
            args={
                "average": ArgumentInfo(
                    "How the labels' scores are averaged (as in scikit-learn's f1_score); by default `binary` for two "
                    "labels, `macro` for more, and `micro` where a text may have several.",
                    ("binary", "macro", "micro", "weighted"),
                    tasks=_CLASSES,
                ),
                "pos_label": ArgumentInfo(
                    "The model's label that counts as positive for `average: binary`; by default the one with id 1.",
                    only_with=("average", "binary"),
                    tasks=_CLASSES[:2],
                ),
            },
        ),
        MetricInfo(
            name="matthews_correlation", title="Matthews correlation", low=-1.0, high=1.0, higher_is_better=True
        ),
        MetricInfo(name="exact_match", title="Exact match", low=0.0, high=1.0, higher_is_better=True),
        MetricInfo(
            name="rouge1", title="ROUGE-1", low=0.0, high=1.0, higher_is_better=True, args={"stemmer": _STEMMER}
        ),
        MetricInfo(
            name="rouge2", title="ROUGE-2", low=0.0, high=1.0, higher_is_better=True, args={"stemmer": _STEMMER}
        ),
        MetricInfo(
            name="rougeL", title="ROUGE-L", low=0.0, high=1.0, higher_is_better=True, args={"stemmer": _STEMMER}
        ),
        MetricInfo(
            name="rougeLsum", title="ROUGE-Lsum", low=0.0, high=1.0, higher_is_better=True, args={"stemmer": _STEMMER}
        ),
        MetricInfo(
            name="perplexity", title="Perplexity", low=1.0, high=math.inf, higher_is_better=False, fraction=False
        ),
        MetricInfo(
            name="precision", title="Precision", low=0.0, high=1.0, higher_is_better=True, args={"average": _AVERAGE}
        ),
        MetricInfo(name="recall", title="Recall", low=0.0, high=1.0, higher_is_better=True, args={"average": _AVERAGE}),
        MetricInfo(
            name="label_ranking_average_precision",
            title="Label ranking average precision",
            low=0.0,
            high=1.0,
            higher_is_better=True,
        ),
        MetricInfo(
            name="mae", title="Mean absolute error", low=0.0, high=math.inf, higher_is_better=False, fraction=False
        ),
        MetricInfo(name="top_5_accuracy", title="Top-5 accuracy", low=0.0, high=1.0, higher_is_better=True),
        MetricInfo(name="sacrebleu", title="BLEU (sacreBLEU)", low=0.0, high=1.0, higher_is_better=True),
        MetricInfo(name="chrf", title="chrF", low=0.0, high=1.0, higher_is_better=True),
        MetricInfo(name="pearsonr", title="Pearson correlation", low=-1.0, high=1.0, higher_is_better=True),
        MetricInfo(name="spearmanr", title="Spearman correlation", low=-1.0, high=1.0, higher_is_better=True),
        MetricInfo(name="wer", title="Word error rate", low=0.0, high=math.inf, higher_is_better=False),
        MetricInfo(name="glue", title="GLUE score", low=-1.0, high=1.0, higher_is_better=True),
    )
}


def metric_info(name: str) -> MetricInfo:
    """A metric by its Hub type; one that cardgen does not know is taken as it is named, higher being better."""
    known = METRICS.get(name)
    return known or MetricInfo(name=name, title=name, low=-math.inf, high=math.inf, higher_is_better=True)
