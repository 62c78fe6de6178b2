"""Token classification: a label for each word of a text, such as the names in it.

A word is given the label of its first token, and words that the model does not see, because a text is longer than it
takes, do not count: both as in transformers' ``run_ner.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.batching import Encoded, batches
from cardgen.evaluation.compare import Computes
from cardgen.evaluation.data import draw_samples, load_dataset
from cardgen.evaluation.labels import map_labels
from cardgen.evaluation.measured import Measured, assemble, check_args, unknown_metric
from cardgen.evaluation.metric_modules import compute
from cardgen.evaluation.outcomes import read_outcomes, write_outcomes
from cardgen.evaluation.predictor import Report
from cardgen.evaluation.resampling import ratio_of
from cardgen.evaluation.samples import first_samples, model_limit
from cardgen.evaluation.word_labels import IGNORED, expected_labels, read_word_labels, read_words
from cardgen.records.model import EvaluateResult
from cardgen.records.request import CalibrationRequest, EvaluateRequest, MetricRequest

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.predictor import Batch

    Array = npt.NDArray[np.float32]

METRICS = ("f1", "precision", "recall", "accuracy")
Tags = Sequence[Sequence[str]]


def evaluate(
    request: EvaluateRequest,
    predictor: Computes,
    tokenizer: Any,
    model_labels: tuple[str, ...],
    data: Path | None,
    baseline: Path | None,
    output: Path,
    report: Report,
) -> EvaluateResult:
    """Score a model, and write its predictions into ``output``.

    The arguments are those of :func:`cardgen.evaluation.text_classification.evaluate`.

    Raises:
        StepError: if the data do not fit the request or the model, or the model computes no numbers.
    """
    dataset = first_samples(load_dataset(request.data, data), request.limit)
    words = read_words(dataset, request.columns["text"])
    labels = read_word_labels(dataset, request.columns["labels"], words)
    mapping = map_labels(labels.distinct, model_labels, request.labels, numbers=labels.numbers)
    ids = {label: model_labels.index(name) for label, name in mapping.items()}
    encoded, word_ids = encode_words(tokenizer, words)
    aligned = expected_labels(labels.values, ids, word_ids)
    predicted: list[list[str]] = []
    report("evaluating", 0, encoded.count)
    for batch in batches(tokenizer, encoded, request.batch_size):
        logits = _checked(predictor.outputs(batch).get("logits"), batch, len(model_labels), len(predicted))
        # Padding may stand on the left; a text's tokens are those that its mask shows.
        for row, mask in zip(logits, batch["attention_mask"], strict=True):
            predicted.append(decode(row[mask == 1], aligned[len(predicted)], model_labels))
        report("evaluating", len(predicted), encoded.count)
    expected = [[model_labels[label] for label in row if label != IGNORED] for row in aligned]
    write_outcomes(output, expected, predicted)
    return assemble(
        request.metrics,
        lambda metric, found: measure(metric, expected, found),
        predicted,
        read_outcomes(baseline, expected) if baseline is not None else None,
        samples=encoded.count,
        threads=predictor.threads,
        labels=mapping,
        truncated=encoded.truncated,
    )


def calibration_batches(request: CalibrationRequest, data: Path | None, tokenizer: Any) -> tuple[Batch, ...]:
    """The samples for a static quantization, as batches.

    Raises:
        StepError: if the data do not fit the request.
    """
    dataset = draw_samples(load_dataset(request.data, data), request.samples, request.seed)
    encoded, _ = encode_words(tokenizer, read_words(dataset, request.columns["text"]))
    return tuple(batches(tokenizer, encoded, request.batch_size))


def encode_words(tokenizer: Any, words: Sequence[Sequence[str]]) -> tuple[Encoded, list[list[int | None]]]:
    """Texts as token ids, and which word each token is part of.

    Raises:
        StepError: if the tokenizer cannot tell words apart.
    """
    if not tokenizer.is_fast:
        raise StepError(
            "The model's tokenizer does not tell which word a token is part of.",
            remedy="Add a tokenizer.json to the base model (a fast tokenizer of transformers).",
        )
    if getattr(tokenizer, "add_prefix_space", None) is False:  # as transformers asks for, where words come in lists
        tokenizer = type(tokenizer).from_pretrained(tokenizer.name_or_path, add_prefix_space=True)
    limit = model_limit(tokenizer)
    found = tokenizer(
        [list(each) for each in words],
        is_split_into_words=True,
        truncation=limit is not None,
        max_length=limit,
        verbose=False,
    )
    truncated = sum(bool(encoding.overflowing) for encoding in found.encodings)
    return Encoded(dict(found), len(words), truncated), [found.word_ids(row) for row in range(len(words))]


def decode(logits: Array, aligned: Sequence[int], labels: Sequence[str]) -> list[str]:
    """The label of each word that counts.

    Args:
        logits: of one text, of shape (tokens, labels).
        aligned: the expected label ids of these tokens, of which only :data:`IGNORED` matters here.
        labels: the model's label names in id order.
    """
    counted = np.asarray(aligned) != IGNORED
    return [labels[label] for label in logits[counted].argmax(-1)]


def measure(request: MetricRequest, expected: Tags, predicted: Tags) -> Measured:
    """Score predicted labels.

    Raises:
        StepError: if there is no such metric, or no word has a label.
    """
    from seqeval.metrics.sequence_labeling import get_entities

    if request.type not in METRICS:
        raise unknown_metric(request, METRICS)
    check_args(request, {})
    pairs = list(zip(expected, predicted, strict=True))
    if not any(expected):
        raise StepError("No word in the data has a label that counts.", remedy="Name labelled data.")
    value = compute("seqeval", predicted, expected)[request.type]
    if request.type == "accuracy":
        right = [sum(map(str.__eq__, one, other)) for one, other in pairs]
        above, below = np.array(right), np.array([len(one) for one in expected])
    else:
        spans = [(set(get_entities(list(one))), set(get_entities(list(other)))) for one, other in pairs]
        shared = np.array([len(one & other) for one, other in spans])
        counts = np.array([[len(one), len(other)] for one, other in spans])
        above, below = {
            "precision": (shared, counts[:, 1]),
            "recall": (shared, counts[:, 0]),
            "f1": (2 * shared, counts.sum(-1)),
        }[request.type]
    return Measured(request.type, value, len(pairs), ratio_of(above, below), width=2)


def _checked(logits: Array | None, batch: Batch, labels: int, done: int) -> Array:
    shape = (*batch["input_ids"].shape, labels)
    if logits is None or logits.shape != shape:
        found = "no logits" if logits is None else f"logits of shape {logits.shape}"
        raise StepError(f"The model gave {found}, not {labels} numbers for each token, of shape {shape}.")
    if np.isnan(logits).any():
        raise StepError(
            f"The model computed NaN for a sample among rows {done} to {done + len(logits) - 1}.",
            remedy="Quantize fewer modules, calibrate on other samples, or try the other approach.",
        )
    return logits
