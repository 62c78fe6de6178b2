"""What a step found: one file per kind of step.

A new kind of step adds its file here, and its type to ``StepResult``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cardgen.records.results.adopt import AdoptResult
from cardgen.records.results.benchmark import BenchmarkResult
from cardgen.records.results.compare import CompareResult
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.results.snippet import SnippetResult
from cardgen.records.results.tune import TuneResult

StepResult = (
    ExportResult
    | QuantizeResult
    | TuneResult
    | AdoptResult
    | PredictResult
    | EvaluateResult
    | CompareResult
    | SnippetResult
    | BenchmarkResult
)
Result = Annotated[StepResult, Field(discriminator="kind")]
