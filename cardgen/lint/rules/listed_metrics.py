"""Are the metrics that the front matter lists those of which the card has figures?"""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.catalog.suggest import nearest
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import front_place, listed, metadata_of
from cardgen.lint.reading.vocabulary import METRICS
from cardgen.lint.rules import model_index

_JUDGED = {
    "accuracy": "accuracy",
    "acc_norm": "accuracy",
    "f1": "f1",
    "precision": "precision",
    "recall": "recall",
    "exact_match": "exact_match",
    "matthews_correlation": "matthews_correlation",
    "pearsonr": "pearsonr",
    "spearmanr": "spearmanr",
    "bleu": "bleu",
    "sacrebleu": "bleu",
    "rouge": "rouge",
    "rouge1": "rouge",
    "rouge2": "rouge",
    "rougeL": "rouge",
    "rougeLsum": "rouge",
    "wer": "wer",
    "cer": "cer",
    "perplexity": "perplexity",
    "mse": "mse",
    "mae": "mae",
}
"""Metrics of which a figure is of no other, to what they are listed as."""


def _unknown(subject: Subject) -> Iterator[Found]:
    results = model_index.results_of(metadata_of(subject.document))
    indexed = {str(metric.type) for result in results for metric in result.metrics}
    for value, path in listed(subject.document, "metrics"):
        if str(value) in METRICS or str(value) in indexed:
            continue
        meant = nearest(str(value), METRICS, cutoff=0.85)
        remedy = (
            f"did you mean `{meant}`?" if meant else "list the metrics of which the card has a figure in model-index"
        )
        message = f"`{value}` is not a metric of the Hub, and the metadata hold no figure of it"
        yield Found(front_place(subject.document, *path), message, remedy, fault=meant or "")


def _unreported(subject: Subject) -> Iterator[Found]:
    """None of the metrics that are listed has a figure, and others have."""
    entries = [(str(value), path) for value, path in listed(subject.document, "metrics")]
    families = {_JUDGED.get(name) for name, _path in entries}
    found = {figure.quantity for figure in subject.facts.figures} & _JUDGED.keys()
    has = {_JUDGED[quantity] for quantity in found}
    if not entries or not has or None in families or families & has:
        return
    name, path = entries[0]
    message = f"`{name}` is listed as the metric, and the card has no figure of it, but of {', '.join(sorted(found))}"
    yield Found(front_place(subject.document, *path), message, f"list {', '.join(sorted(has))}")


RULES: tuple[Rule, ...] = (
    Rule("metric-unknown", "warning", "A listed metric that the Hub does not know and that has no figure.", _unknown),
    Rule("metric-unreported", "warning", "Listed metrics of which the card has no figure, beside others.", _unreported),
)
