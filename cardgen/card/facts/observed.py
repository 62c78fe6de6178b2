"""What was observed of variants and runs: the results of their steps, typed."""

from __future__ import annotations

from dataclasses import dataclass

from cardgen.manifest.base import Setting
from cardgen.manifest.grid import GridRun
from cardgen.records.record import ArtifactFile, DoneRecord
from cardgen.records.request import BenchmarkRequest, CompareRequest, PredictRequest, QuantizeRequest, TuneRequest
from cardgen.records.results.benchmark import BenchmarkResult
from cardgen.records.results.compare import CompareResult
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.results.tune import TuneResult


@dataclass(frozen=True)
class Predicted:
    """How the answers were taken that a score is of."""

    request: PredictRequest
    result: PredictResult

    @property
    def batch_size(self) -> int:
        """Samples that were scored together."""
        return 1 if self.result.one_by_one else self.request.batch_size


@dataclass(frozen=True)
class Quantized:
    """What was observed of a variant that was quantized and scored."""

    quantize: QuantizeResult
    quantize_request: QuantizeRequest
    baseline: EvaluateResult
    evaluate: EvaluateResult
    baseline_predict: Predicted
    predict: Predicted
    single: EvaluateResult | None = None
    """Scored one sample at a time, where that can differ."""
    tune: TuneResult | None = None
    """How what stays FP32 was found, where the manifest gives a tolerance."""
    tune_request: TuneRequest | None = None

    @property
    def linear_total(self) -> int:
        """Linear layers, INT8 or not."""
        return len(self.quantize.int8_modules) + len(self.quantize.fp32_modules)

    def allowed_loss(self, baseline: float) -> float | None:
        """What may be lost against an FP32 score, in the metric's own terms; ``None`` where no tolerance is given."""
        if self.tune_request is None:
            return None
        tolerance = self.tune_request.tolerance
        return tolerance if self.tune_request.absolute else tolerance * abs(baseline)


@dataclass(frozen=True)
class Compared:
    """What was observed of an export that was compared with PyTorch."""

    compare: CompareResult
    request: CompareRequest


@dataclass(frozen=True)
class Run:
    """What was observed of a variant that was run."""

    export: ExportResult
    files: tuple[ArtifactFile, ...]
    """Of what is published."""
    outcome: Quantized | Compared
    record: DoneRecord
    """Of the variant's predictions or comparison: versions, hardware."""
    snippet: DoneRecord | None
    """Of the loading code that the card prints; ``None`` of a model that others made, whose code is not run."""


@dataclass(frozen=True)
class Timed:
    """How fast a run of a grid was, on inputs of one shape."""

    request: BenchmarkRequest
    result: BenchmarkResult
    record: DoneRecord


@dataclass(frozen=True)
class SweptRun:
    """What was observed of a run of a grid."""

    run: GridRun
    export: ExportResult
    quantize: QuantizeResult | None
    """Absent where nothing was quantized."""
    baseline: EvaluateResult
    evaluate: EvaluateResult
    predict: Predicted
    predict_record: DoneRecord
    times: tuple[Timed, ...]

    @property
    def parameters(self) -> dict[str, Setting]:
        """What the run was made with."""
        return self.run.parameters

    @property
    def approach(self) -> str | None:
        """How its activations were quantized; ``None`` in FP32."""
        return None if self.quantize is None else self.run.approach or "dynamic"

    @property
    def records(self) -> tuple[DoneRecord, ...]:
        """Of what was scored and timed: versions, hardware."""
        return (self.predict_record, *(timed.record for timed in self.times))
