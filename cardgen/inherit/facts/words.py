"""The words of cards: which quantity, which model and which runtime a label names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from cardgen.patterns import regex

Runtime = Literal["pytorch", "onnx"]

_LONGEST_LABEL = 120

METRIC_NAMES: dict[str, str] = {
    "accuracy": "accuracy",
    "acc": "accuracy",
    "acc norm": "acc_norm",
    "f1": "f1",
    "f1 score": "f1",
    "f score": "f1",
    "precision": "precision",
    "recall": "recall",
    "exact match": "exact_match",
    "exact": "exact_match",
    "em": "exact_match",
    "matthews correlation": "matthews_correlation",
    "matthews corrcoef": "matthews_correlation",
    "matthews": "matthews_correlation",
    "mcc": "matthews_correlation",
    "pearson": "pearsonr",
    "pearsonr": "pearsonr",
    "spearman": "spearmanr",
    "spearmanr": "spearmanr",
    "rouge 1": "rouge1",
    "rouge1": "rouge1",
    "rouge 2": "rouge2",
    "rouge2": "rouge2",
    "rouge l": "rougeL",
    "rougel": "rougeL",
    "rouge l sum": "rougeLsum",
    "rouge lsum": "rougeLsum",
    "rougelsum": "rougeLsum",
    "rouge": "rouge",
    "bleu": "bleu",
    "sacrebleu": "sacrebleu",
    "meteor": "meteor",
    "chrf": "chrf",
    "bertscore": "bertscore",
    "wer": "wer",
    "word error rate": "wer",
    "cer": "cer",
    "character error rate": "cer",
    "perplexity": "perplexity",
    "ppl": "perplexity",
    "mse": "mse",
    "mae": "mae",
    "rmse": "rmse",
    "map": "map",
    "map@50": "map",
    "mean iou": "mean_iou",
    "miou": "mean_iou",
    "roc auc": "roc_auc",
    "auc": "roc_auc",
    "ndcg": "ndcg",
    "mrr": "mrr",
}
"""How cards write a metric, in lower case with single spaces, to the Hub's type of it."""

_METRIC = regex(
    "(?<![a-z0-9])(?:" + "|".join(sorted(map(re.escape, METRIC_NAMES), key=len, reverse=True)) + ")(?![a-z0-9])"
)
_LOSS = regex("(?:eval |validation |test |val )?loss")
_SEPARATORS = regex(r"[\s_\-/]+")
_IN_BRACKETS = regex(r"[(\[]([^()\[\]]*)[)\]]")
_SIZE = regex(r"(?<![a-z])(?:size|footprint)(?![a-z])")
_OTHER_SIZE = regex(
    "batch|sampl|vocab|hidden|group|input|image|block|window|step|effective|train|data|eval|test|context|sequence"
    "|embed|kernel|patch|beam|popul|bucket|buffer|chunk|cache|page|memory|crop|layer"
)
_LATENCY = regex(r"(?<![a-z])(?:latency|inference time|response time|time per (?:sample|inference|batch))")
_THROUGHPUT = regex(r"(?<![a-z])(?:throughput|samples per second|samples s|samples per s|inferences per second)")
_DERIVED = regex(
    r"(?<![a-z])(?:drop|diff|difference|delta|ratio|change|gain|speed ?up|degradation|reduction|compression|recovery"
    r"|increase|decrease"
    r"|improvement|relative|vs|versus|compared|stderr|std|deviation|interval|margin|retention|retained|retains"
    r"|recovered|recovers|preserved|preservation)(?![a-z])|[δΔ]|\d ?x(?![a-z])"
    r"|(?:%|percent|percentage|share) of (?:the )?(?:baseline|original|base|full|fp|bf|float|unquanti|16|32)"
    r"|(?:accuracy|acc|f1|performance|quality|metric|score|precision) loss"
)
_MINUS = regex(r"\s[-\u2212\u2013]\s|/\s*(?:fp32|baseline)|\u2212\s*fp32", re.IGNORECASE)
_BASELINE = regex(
    r"(?<![a-z0-9])(?:fp[ -]?32|float[ -]?32|f32|32[ -]bit|full[ -]precision|baseline|original|base model|unquantized"
    r"|un-quantized|non[ -]quantized|not quantized)(?![a-z0-9])"
)
_QUANTIZED = regex(
    r"(?<![a-z0-9])(?:u?int[ -]?[48]|i8|[qw]\d+a\d+|[48][ -]bits?|dynamic|static|fp8"
    r"|(?<!un)(?<!un-)(?<!non-)(?<!non )(?<!not )quanti[sz]ed)(?![a-z0-9])"
)
_PYTORCH = regex(r"(?<![a-z0-9])(?:py)?torch(?![a-z0-9])")
_ONNX = regex(r"(?<![a-z0-9])(?:onnx(?:[ -]?runtime)?|ort)(?![a-z0-9])")
_OTHER_RUNTIME = regex(r"(?<![a-z0-9])(?:openvino|tensorflow|tf|tflite|tensorrt|coreml|jax|flax)(?![a-z0-9])")

_DATASETS = regex(
    r"(?:mnli(?:[ -]\(?m{1,2}\)?)?|qqp|qnli|sst[ -]?2|cola|sts[ -]?b|mrpc|rte|wnli|ax|glue|superglue"
    r"|squad(?: ?v?[12](?:\.[01])?)?|boolq|copa|multirc|record|wic|wsc|cb|imdb|ag[ _]?news|conll[ -]?2003|xsum"
    r"|cnn[ /_-]?daily ?mail|samsum|mmlu"
    r"|hellaswag|arc(?:[ -][a-z]+)?|truthfulqa|winogrande|gsm8k|piqa|xnli|swag|race|lambada|wikitext ?2?|emotion"
    r"|average(?: score)?|avg\.?)"
)


@lru_cache(maxsize=2**15)
def quantity_of(label: str) -> str | None:
    """The quantity that a label names, as :attr:`Figure.quantity` has it; ``None`` where it names none.

    What stands in brackets is more exact: ``Accuracy (eval-f1)`` is F1. Differences and ratios are no quantity.
    """
    if len(label) > _LONGEST_LABEL or is_derived(label):
        return None
    for text in (*_IN_BRACKETS.findall(label), label):
        words = _SEPARATORS.sub(" ", text.lower()).strip()
        if found := _METRIC.search(words):
            return METRIC_NAMES[found[0]]
    words = _SEPARATORS.sub(" ", label.lower()).strip()
    if _SIZE.search(words) and not _OTHER_SIZE.search(words):
        return "size"
    if _THROUGHPUT.search(words):
        return "samples_per_s"
    if _LATENCY.search(words):
        return "latency_ms"
    return "loss" if _LOSS.fullmatch(words) else None


@lru_cache(maxsize=2**15)
def is_derived(label: str) -> bool:
    """Whether a label names a difference, a ratio or an error of figures instead of a figure."""
    return bool(_DERIVED.search(_SEPARATORS.sub(" ", label.lower())) or _MINUS.search(label))


@lru_cache(maxsize=2**15)
def runtime_of(text: str) -> Runtime | None:
    """The runtime that a text names; ``None`` where it names none or both."""
    lower = text.lower().replace("_", " ")
    torch, onnx = bool(_PYTORCH.search(lower)), bool(_ONNX.search(lower))
    if torch == onnx:
        return None
    return "pytorch" if torch else "onnx"


@lru_cache(maxsize=2**15)
def is_baseline(label: str) -> bool:
    """Whether a label names the model as it was before quantization."""
    lower = label.lower().replace("_", " ")
    return bool(_BASELINE.search(lower)) and not _QUANTIZED.search(lower)


@lru_cache(maxsize=2**15)
def names_model(label: str) -> bool:
    """Whether a label names a model by its precision or runtime."""
    lower = label.lower().replace("_", " ")
    return bool(
        _BASELINE.search(lower)
        or _QUANTIZED.search(lower)
        or _PYTORCH.search(lower)
        or _ONNX.search(lower)
        or _OTHER_RUNTIME.search(lower)
    )


def last_named(text: str) -> bool | None:
    """Of the words for baseline and quantized in a text, whether the last is one for the baseline; ``None``: none."""
    lower = text.lower()
    ends = [max((match.end() for match in words.finditer(lower)), default=-1) for words in (_BASELINE, _QUANTIZED)]
    return None if max(ends) < 0 else ends[0] > ends[1]


def baseline_word(text: str) -> str | None:
    """The first word for the baseline in a text, as written there."""
    found = _BASELINE.search(text.lower())
    return text[found.start() : found.end()] if found else None


@lru_cache(maxsize=2**15)
def is_known_dataset(label: str) -> bool:
    """Whether a label is the name of a task or dataset that cards often have a column of, or of their average."""
    return _DATASETS.fullmatch(_IN_BRACKETS.sub("", label).strip(" -").lower()) is not None or bool(
        _DATASETS.fullmatch(label.strip().lower())
    )
