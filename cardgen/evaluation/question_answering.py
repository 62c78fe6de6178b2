"""Question answering: the span of a context that answers a question, or none.

Contexts that are longer than the model takes are read in windows that overlap. Where some question in the data has no
answer, the rules of SQuAD v2.0 hold for all of them, else those of version 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.answers import LONGEST, N_BEST, Span, Window, best_span, choose, null_score
from cardgen.evaluation.batching import Encoded, batches
from cardgen.evaluation.compare import Computes
from cardgen.evaluation.data import draw_samples, load_dataset, read_column, read_texts
from cardgen.evaluation.measured import Measured, assemble, check_args, unknown_metric
from cardgen.evaluation.metric_modules import compute
from cardgen.evaluation.outcomes import read_outcomes, write_outcomes
from cardgen.evaluation.predictor import Report
from cardgen.evaluation.resampling import mean_of
from cardgen.evaluation.samples import first_samples, model_limit
from cardgen.evaluation.squad_rules import judge, judge_v2
from cardgen.records.model import EvaluateResult
from cardgen.records.request import CalibrationRequest, EvaluateRequest, MetricRequest

if TYPE_CHECKING:
    from cardgen.evaluation.predictor import Batch

METRICS = ("exact_match", "f1")
MAX_LENGTH = 384
"""Tokens of a window, question included, unless the model takes fewer; BERT's ``run_squad.py``."""
STRIDE = 128
"""Tokens that two windows share, unless windows are short: then a quarter of one."""
_FEWEST_TOKENS = 16
Answers = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Windows:
    """Questions and contexts as a model reads them."""

    encoded: Encoded
    """A row for each window."""
    windows: tuple[Window, ...]
    settings: Mapping[str, str | int | float | bool]


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
    """Score a model, and write its answers into ``output``.

    The arguments are those of :func:`cardgen.evaluation.text_classification.evaluate`; labels there are none.

    Raises:
        StepError: if the data do not fit the request or the model, or the model computes no numbers.
    """
    del model_labels
    dataset = first_samples(load_dataset(request.data, data), request.limit)
    questions, contexts = _texts(dataset, request.columns)
    expected = read_answers(dataset, request.columns["answers"])
    may_be_none = not all(expected)
    read = split(tokenizer, questions, contexts)
    spans: list[list[Span | None]] = [[] for _ in contexts]
    nulls: list[list[float]] = [[] for _ in contexts]
    done = 0
    report("evaluating", 0, read.encoded.count)
    for batch in batches(tokenizer, read.encoded, request.batch_size):
        outputs = predictor.outputs(batch)
        start, end = (_checked(outputs, name, batch) for name in ("start_logits", "end_logits"))
        for row, mask in enumerate(batch["attention_mask"] == 1):
            window = read.windows[done + row]
            logits = start[row][mask], end[row][mask]
            if np.isnan(logits).any():
                raise StepError(
                    f"The model computed NaN for the sample in row {window.sample}, counted from 0.",
                    remedy="Quantize fewer modules, calibrate on other samples, or try the other approach.",
                )
            spans[window.sample].append(best_span(*logits, window))
            nulls[window.sample].append(null_score(*logits, window))
        done += len(start)
        report("evaluating", done, read.encoded.count)
    answered = [choose(*each, may_be_none=may_be_none) for each in zip(contexts, spans, nulls, strict=True)]
    write_outcomes(output, expected, answered)
    return assemble(
        request.metrics,
        lambda metric, found: measure(metric, expected, found),
        answered,
        read_outcomes(baseline, expected) if baseline is not None else None,
        samples=len(contexts),
        threads=predictor.threads,
        truncated=read.encoded.truncated,
        settings=read.settings,
    )


def calibration_batches(request: CalibrationRequest, data: Path | None, tokenizer: Any) -> tuple[Batch, ...]:
    """The samples for a static quantization, as batches: of each the first window.

    Raises:
        StepError: if the data do not fit the request.
    """
    dataset = draw_samples(load_dataset(request.data, data), request.samples, request.seed)
    read = split(tokenizer, *_texts(dataset, request.columns))
    of_sample = [window.sample for window in read.windows]
    firsts = [of_sample.index(sample) for sample in range(len(dataset))]
    samples = {name: [rows[first] for first in firsts] for name, rows in read.encoded.samples.items()}
    return tuple(batches(tokenizer, Encoded(samples, len(firsts), read.encoded.truncated), request.batch_size))


def read_answers(dataset: Any, column: str) -> list[list[str]]:
    """The expected answers of each sample; none where the context does not answer the question.

    A row holds ``{text: [...], answer_start: [...]}`` as SQuAD has it, a list of answers, or a single one.

    Raises:
        StepError: if there is no such column, or a row holds something else.
    """
    return [_answers(value, column, row) for row, value in enumerate(read_column(dataset, column, "answers"))]


def split(tokenizer: Any, questions: Sequence[str], contexts: Sequence[str]) -> Windows:
    """Tokenize questions with their contexts, in as many windows as a context needs.

    A question that takes more than half a window is cut to that, and counted as truncated.

    Raises:
        StepError: if the tokenizer does not tell where a token stands in the text, or the model takes too few tokens.
    """
    if not tokenizer.is_fast:
        raise StepError(
            "The model's tokenizer does not tell where in the text a token stands.",
            remedy="Add a tokenizer.json to the base model (a fast tokenizer of transformers).",
        )
    longest = min(MAX_LENGTH, model_limit(tokenizer) or MAX_LENGTH)
    if longest < _FEWEST_TOKENS:
        raise StepError(
            f"The model takes {longest} tokens, which is too few for a question and its context.",
            remedy="Mend `model_max_length` in the base model's tokenizer_config.json, or name another model.",
        )
    stride = min(STRIDE, longest // 4)
    asked = [_cut(tokenizer, question.lstrip(), longest // 2) for question in questions]
    found = tokenizer(
        asked,
        list(contexts),
        truncation="only_second",
        max_length=longest,
        stride=stride,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        verbose=False,
    )
    of_sample, offsets = found.pop("overflow_to_sample_mapping"), found.pop("offset_mapping")
    windows = tuple(
        Window(
            sample,
            tuple(
                tuple(span) if part == 1 else None
                for span, part in zip(offsets[row], found.sequence_ids(row), strict=True)
            ),
            _null(found["input_ids"][row], tokenizer.cls_token_id),
        )
        for row, sample in enumerate(of_sample)
    )
    cut = sum(one != other.lstrip() for one, other in zip(asked, questions, strict=True))
    return Windows(
        Encoded(dict(found), len(windows), cut),
        windows,
        {
            "max_length": longest,
            "stride": stride,
            "windows": len(windows),
            "n_best": N_BEST,
            "max_answer_tokens": LONGEST,
        },
    )


def measure(request: MetricRequest, expected: Answers, answered: Sequence[str]) -> Measured:
    """Score answers, by the rules of SQuAD v2.0 where some question has none, else of version 1.1.

    Raises:
        StepError: if there is no such metric.
    """
    if request.type not in METRICS:
        raise unknown_metric(request, METRICS)
    check_args(request, {})
    rules = "squad" if all(expected) else "squad_v2"
    value = compute(rules, answered, expected)[request.type]
    rule = judge if rules == "squad" else judge_v2
    verdicts = [rule(answers, found) for answers, found in zip(expected, answered, strict=True)]
    exact = request.type == "exact_match"
    values = [verdict.exact if exact else verdict.f1 for verdict in verdicts]
    correct = round(sum(values)) if exact else None
    return Measured(request.type, value, len(values), mean_of(values), {"rules": rules}, correct)


def _texts(dataset: Any, columns: Mapping[str, str]) -> tuple[list[str], list[str]]:
    return read_texts(dataset, columns["question"], "question"), read_texts(dataset, columns["context"], "context")


def _answers(value: Any, column: str, row: int) -> list[str]:
    texts = value.get("text") if isinstance(value, Mapping) else value
    if isinstance(texts, str):
        texts = [texts] if texts else []
    if isinstance(texts, list) and all(isinstance(text, Mapping) for text in texts):
        texts = [text.get("text") for text in texts]
    if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
        return list(texts)
    raise StepError(
        f"Column `{column}` should hold answers, but row {row}, counted from 0, holds {value!r}.",
        remedy="Name as `answers` a column that holds `{text: [...], answer_start: [...]}`, a list of texts or a text.",
    )


def _cut(tokenizer: Any, question: str, most: int) -> str:
    offsets = tokenizer(question, add_special_tokens=False, return_offsets_mapping=True, verbose=False).offset_mapping
    return question if len(offsets) <= most else question[: offsets[most - 1][1]]


def _null(ids: Sequence[int], mark: int | None) -> int:
    return list(ids).index(mark) if mark is not None and mark in ids else 0


def _checked(outputs: Mapping[str, Any], name: str, batch: Batch) -> Any:
    logits = outputs.get(name)
    shape = batch["input_ids"].shape
    if logits is None or logits.shape != shape:
        found = f"no {name}" if logits is None else f"{name} of shape {logits.shape}"
        raise StepError(f"The model gave {found}, not one number for each token, of shape {shape}.")
    return logits
