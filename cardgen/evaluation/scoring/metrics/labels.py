"""Metrics of labels, whether a sample has one or each of its words does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cardgen.evaluation.scoring.metrics.metric import Metric


def _accuracy(predictions: Any, references: Any) -> dict[str, float]:
    from sklearn.metrics import accuracy_score

    return {"accuracy": float(accuracy_score(references, predictions))}


def _f1(predictions: Any, references: Any, average: str = "binary", pos_label: int = 1) -> dict[str, float]:
    from sklearn.metrics import f1_score

    options: dict[str, Any] = {"average": average, "zero_division": 0.0}
    if average == "binary":
        options["pos_label"] = pos_label
    return {"f1": float(f1_score(references, predictions, **options))}


def _of_label_sets(name: str) -> Callable[..., dict[str, float]]:
    def score(predictions: Any, references: Any, average: str = "micro") -> dict[str, float]:
        from sklearn import metrics

        found = getattr(metrics, f"{name}_score")(references, predictions, average=average, zero_division=0.0)
        return {name: float(found)}

    return score


def _matthews_correlation(predictions: Any, references: Any) -> dict[str, float]:
    from sklearn.metrics import matthews_corrcoef

    return {"matthews_correlation": float(matthews_corrcoef(references, predictions))}


def _top_5_accuracy(predictions: Sequence[Sequence[int]], references: Sequence[int]) -> dict[str, float]:
    hits = sum(expected in found[:5] for expected, found in zip(references, predictions, strict=True))
    return {"top_5_accuracy": hits / len(references)}


def _seqeval(predictions: Any, references: Any) -> dict[str, float]:
    from seqeval.metrics import accuracy_score, f1_score, precision_score, recall_score

    return {
        "precision": float(precision_score(references, predictions, zero_division=0)),
        "recall": float(recall_score(references, predictions, zero_division=0)),
        "f1": float(f1_score(references, predictions, zero_division=0)),
        "accuracy": float(accuracy_score(references, predictions)),
    }


LABEL_METRICS = (
    Metric(
        name="accuracy",
        description="The fraction of samples whose predicted label is the expected one.",
        citation="scikit-learn, sklearn.metrics.accuracy_score",
        inputs="""
Args:
    predictions: predicted label ids.
    references: expected label ids.
Returns:
    accuracy: from 0 to 1.
""",
        predictions="int64",
        references="int64",
        score=_accuracy,
    ),
    Metric(
        name="f1",
        description="The harmonic mean of precision and recall of each label, averaged over the labels.",
        citation="scikit-learn, sklearn.metrics.f1_score; van Rijsbergen, Information Retrieval, 2nd edition, 1979",
        inputs="""
Args:
    predictions: predicted label ids.
    references: expected label ids.
    average: binary, macro, micro or weighted.
    pos_label: the id that counts as positive when average is binary.
Returns:
    f1: from 0 to 1; a label that is neither expected nor predicted does not count.
""",
        predictions="int64",
        references="int64",
        score=_f1,
    ),
    *(
        Metric(
            name=f"multilabel_{name}",
            description=f"{title} of each label, averaged over the labels, where a sample may have several.",
            citation=f"scikit-learn, sklearn.metrics.{name}_score, of label indicators",
            inputs=f"""
Args:
    predictions: for each sample, 1 for each label that is predicted, and 0 for the others.
    references: the same of what is expected.
    average: micro, macro or weighted.
Returns:
    {name}: from 0 to 1; that of a label for which it is not defined is 0.
""",
            predictions=("int64",),
            references=("int64",),
            score=_of_label_sets(name),
        )
        for name, title in (("f1", "F1"), ("precision", "Precision"), ("recall", "Recall"))
    ),
    Metric(
        name="matthews_correlation",
        description=(
            "The correlation of expected and predicted labels; 0 is as good as chance, whatever the label counts."
        ),
        citation=(
            "scikit-learn, sklearn.metrics.matthews_corrcoef; Matthews, Biochimica et Biophysica Acta 405, 1975; "
            "for more than two labels Gorodkin, Computational Biology and Chemistry 28, 2004"
        ),
        inputs="""
Args:
    predictions: predicted label ids.
    references: expected label ids.
Returns:
    matthews_correlation: from -1 to 1; 0 where only one label is expected, or only one predicted.
""",
        predictions="int64",
        references="int64",
        score=_matthews_correlation,
    ),
    Metric(
        name="top_5_accuracy",
        description="The fraction of samples whose expected label is among the five that the model finds likeliest.",
        citation="Russakovsky et al., ImageNet large scale visual recognition challenge, IJCV 115, 2015",
        inputs="""
Args:
    predictions: for each sample, the ids of its five likeliest labels.
    references: expected label ids.
Returns:
    top_5_accuracy: from 0 to 1.
""",
        predictions=("int64",),
        references="int64",
        score=_top_5_accuracy,
    ),
    Metric(
        name="seqeval",
        description=(
            "Precision, recall and F1 of whole spans, micro-averaged over their types, and accuracy of single words."
        ),
        citation=(
            "seqeval (https://github.com/chakki-works/seqeval), whose default mode counts as conlleval of CoNLL-2000 "
            "does; Ramshaw and Marcus, Text chunking using transformation-based learning, 1995"
        ),
        inputs="""
Args:
    predictions: for each text, the predicted label of each word, such as B-PER, I-PER or O.
    references: for each text, the expected label of each word.
Returns:
    precision, recall, f1: of spans, from 0 to 1; 0 where there is nothing to divide by.
    accuracy: of words, from 0 to 1.
""",
        predictions=("string",),
        references=("string",),
        score=_seqeval,
    ),
)
