"""Text classification: one label for each text, or each pair of texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.batching import Encoded, batches, encode
from cardgen.evaluation.data import draw_samples, load_dataset, read_labels, read_texts
from cardgen.evaluation.labels import map_labels
from cardgen.evaluation.predictions import read_baseline, write_predictions
from cardgen.evaluation.predictor import Predictor, Report
from cardgen.evaluation.scores import difference, score
from cardgen.evaluation.statistics import Ids
from cardgen.records.model import EvaluateResult
from cardgen.records.request import CalibrationRequest, EvaluateRequest

if TYPE_CHECKING:
    from cardgen.evaluation.predictor import Batch

_FEWEST = 2
"""Samples below which nothing can be said about a score's spread."""


def evaluate(
    request: EvaluateRequest,
    predictor: Predictor,
    tokenizer: Any,
    model_labels: tuple[str, ...],
    data: Path | None,
    baseline: Path | None,
    output: Path,
    report: Report,
) -> EvaluateResult:
    """Score a model, and write its predictions into ``output``.

    Args:
        request: on what, and by which metrics.
        predictor: the model.
        tokenizer: the model's.
        model_labels: the model's label names in id order.
        data: the dataset's file, for a local one.
        baseline: folder with the baseline's predictions, for a variant.
        output: where the predictions go.
        report: told how many samples are done.

    Raises:
        StepError: if the data do not fit the request or the model, or the model computes no numbers.
    """
    dataset = load_dataset(request.data, data)
    if request.limit is not None:
        dataset = dataset.select(range(min(request.limit, len(dataset))))
    if len(dataset) < _FEWEST:
        raise StepError("There is only one sample, which is too few to evaluate on.", remedy="Take more samples.")
    labels = read_labels(dataset, request.columns["label"])
    mapping = map_labels(labels.distinct, model_labels, request.labels, numbers=labels.numbers)
    ids = {label: model_labels.index(name) for label, name in mapping.items()}
    expected = np.array([ids[label] for label in labels.values], dtype=np.int64)
    encoded = _encode(dataset, request.columns, tokenizer)
    predicted = _predict(predictor, tokenizer, encoded, request.batch_size, len(model_labels), report)
    write_predictions(output, expected, predicted)
    before = read_baseline(baseline, expected) if baseline is not None else None
    return EvaluateResult(
        samples=len(expected),
        scores=tuple(score(metric, expected, predicted, model_labels) for metric in request.metrics),
        differences=()
        if before is None
        else tuple(difference(metric, expected, predicted, before, model_labels) for metric in request.metrics),
        labels=mapping,
        truncated=encoded.truncated,
        threads=predictor.threads,
    )


def calibration_batches(request: CalibrationRequest, data: Path | None, tokenizer: Any) -> tuple[Batch, ...]:
    """The samples for a static quantization, as batches.

    Raises:
        StepError: if the data do not fit the request.
    """
    dataset = draw_samples(load_dataset(request.data, data), request.samples, request.seed)
    return tuple(batches(tokenizer, _encode(dataset, request.columns, tokenizer), request.batch_size))


def read_model_labels(artifact: Path) -> tuple[str, ...]:
    """The label names in the ``config.json`` of an artifact, in id order."""
    config = json.loads((artifact / "config.json").read_text(encoding="utf-8"))
    # `save_pretrained` leaves out the two names that are transformers' default.
    names = config.get("id2label") or {"0": "LABEL_0", "1": "LABEL_1"}
    return tuple(names[key] for key in sorted(names, key=int))


def _encode(dataset: Any, columns: Mapping[str, str], tokenizer: Any) -> Encoded:
    texts = read_texts(dataset, columns["text"], "text")
    pairs = read_texts(dataset, columns["text_pair"], "text_pair") if "text_pair" in columns else None
    return encode(tokenizer, texts, pairs)


def _predict(
    predictor: Predictor, tokenizer: Any, encoded: Encoded, batch_size: int, labels: int, report: Report
) -> Ids:
    found: list[Ids] = []
    done = 0
    report("evaluating", 0, encoded.count)
    for batch in batches(tokenizer, encoded, batch_size):
        logits = predictor.logits(batch)
        if logits.shape != (len(batch["input_ids"]), labels):
            raise StepError(f"The model gave logits of shape {logits.shape}, not one row a sample of {labels} labels.")
        if np.isnan(logits).any():
            raise StepError(
                f"The model computed NaN for a sample among rows {done} to {done + len(logits) - 1}.",
                remedy="Quantize fewer modules, calibrate on other samples, or try the other approach.",
            )
        found.append(logits.argmax(-1).astype(np.int64))
        done += len(logits)
        report("evaluating", done, encoded.count)
    return np.concatenate(found)
