"""Summarization: a shorter text that says the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.errors import StepError
from cardgen.evaluation.generation import Generates, Texts, evaluate_texts
from cardgen.evaluation.measured import Measured, check_args, unknown_metric
from cardgen.evaluation.metric_modules import compute
from cardgen.evaluation.predictor import Report
from cardgen.evaluation.resampling import mean_of
from cardgen.evaluation.sentences import split_sentences
from cardgen.records.model import EvaluateResult
from cardgen.records.request import CalibrationRequest, EvaluateRequest, MetricRequest

if TYPE_CHECKING:
    from cardgen.evaluation.predictor import Batch

METRICS = ("rouge1", "rouge2", "rougeL", "rougeLsum")


def evaluate(
    request: EvaluateRequest,
    predictor: Generates,
    tokenizer: Any,
    model_labels: tuple[str, ...],
    data: Path | None,
    baseline: Path | None,
    output: Path,
    report: Report,
) -> EvaluateResult:
    """Score a model's summaries, and write them into ``output``.

    The arguments are those of :func:`cardgen.evaluation.text_classification.evaluate`; labels there are none.

    Raises:
        StepError: if the data do not fit the request or the model.
    """
    del model_labels
    return evaluate_texts(request, "summary", measure, predictor, tokenizer, data, baseline, output, report)


def calibration_batches(request: CalibrationRequest, data: Path | None, tokenizer: Any) -> tuple[Batch, ...]:
    """There are none: a decoder reads what it wrote itself.

    Raises:
        StepError: always.
    """
    del request, data, tokenizer
    raise StepError("A model that generates text cannot be calibrated.", remedy="Use `approach: dynamic`.")


def measure(request: MetricRequest, expected: Texts, found: Texts) -> Measured:
    """Score summaries by the mean F1 of ROUGE.

    Raises:
        StepError: if there is no such metric.
    """
    from rouge_score import rouge_scorer

    if request.type not in METRICS:
        raise unknown_metric(request, METRICS)
    args = check_args(request, {"stemmer": ("none", "porter")})
    stems = args.get("stemmer") == "porter"
    one, other = list(expected), list(found)
    if request.type == "rougeLsum":
        one, other = [split_sentences(text) for text in one], [split_sentences(text) for text in other]
    value = compute("rouge", other, one, types=(request.type,), use_stemmer=stems)[request.type]
    scorer = rouge_scorer.RougeScorer([request.type], use_stemmer=stems)
    each = [scorer.score(*pair)[request.type].fmeasure for pair in zip(one, other, strict=True)]
    return Measured(request.type, value, len(each), mean_of(each), {"stemmer": "porter"} if stems else {})
