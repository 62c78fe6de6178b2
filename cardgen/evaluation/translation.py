"""Translation: the same text in another language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.evaluation.generation import Generates, Texts, evaluate_texts
from cardgen.evaluation.measured import Measured, check_args, unknown_metric
from cardgen.evaluation.metric_modules import compute
from cardgen.evaluation.predictor import Report
from cardgen.evaluation.resampling import each_of, from_sums
from cardgen.evaluation.summarization import calibration_batches
from cardgen.records.model import EvaluateResult
from cardgen.records.request import EvaluateRequest, MetricRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

METRICS = ("sacrebleu", "chrf")

__all__ = ["METRICS", "calibration_batches", "evaluate", "measure"]


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
    """Score a model's translations, and write them into ``output``.

    The arguments are those of :func:`cardgen.evaluation.text_classification.evaluate`; labels there are none.

    Raises:
        StepError: if the data do not fit the request or the model.
    """
    del model_labels
    return evaluate_texts(request, "translation", measure, predictor, tokenizer, data, baseline, output, report)


def measure(request: MetricRequest, expected: Texts, found: Texts) -> Measured:
    """Score translations of a corpus.

    Raises:
        StepError: if there is no such metric.
    """
    from sacrebleu.metrics import BLEU, CHRF

    if request.type not in METRICS:
        raise unknown_metric(request, METRICS)
    check_args(request, {})
    value = compute(request.type, list(found), list(expected))[request.type]
    metric = BLEU() if request.type == "sacrebleu" else CHRF()
    # sacrebleu's own bootstrap uses these two as well; they have no public names.
    counts = metric._extract_corpus_statistics(list(found), [list(expected)])  # noqa: SLF001

    def corpus_score(sums: npt.NDArray[np.float64]) -> float:
        return float(metric._compute_score_from_stats([int(each) for each in sums]).score) / 100  # noqa: SLF001

    return Measured(request.type, value, len(found), from_sums(counts, each_of(corpus_score)), width=len(counts[0]))
