"""Where the evaluation of each task is, and the shape it has."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from cardgen.evaluation.predictor import Report
from cardgen.records.model import EvaluateResult
from cardgen.records.request import CalibrationRequest, EvaluateRequest

if TYPE_CHECKING:
    from cardgen.evaluation.predictor import Batch

EVALUATIONS: Mapping[str, str] = {
    "text-classification": "cardgen.evaluation.text_classification",
    "token-classification": "cardgen.evaluation.token_classification",
    "question-answering": "cardgen.evaluation.question_answering",
    "summarization": "cardgen.evaluation.summarization",
    "translation": "cardgen.evaluation.translation",
}


class Evaluation(Protocol):
    """A task's module. Each function raises :class:`cardgen.errors.StepError` for what a user can mend."""

    def evaluate(
        self,
        request: EvaluateRequest,
        predictor: Any,
        tokenizer: Any,
        model_labels: tuple[str, ...],
        data: Path | None,
        baseline: Path | None,
        output: Path,
        report: Report,
    ) -> EvaluateResult:
        """Score a model, and write its predictions into ``output``."""

    def calibration_batches(self, request: CalibrationRequest, data: Path | None, tokenizer: Any) -> tuple[Batch, ...]:
        """The samples for a static quantization, as batches."""


def load_evaluation(task: str) -> Evaluation:
    """Import the evaluation of a task; only inside an environment that can run it."""
    return cast("Evaluation", importlib.import_module(EVALUATIONS[task]))
