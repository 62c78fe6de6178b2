"""What a step is asked to do: the part of a step that its fingerprint is taken over, and that its record repeats.

No field holds a path, host or user name: a local input is named by the hash of its content.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from cardgen.manifest.base import DEFAULT_SEED
from cardgen.records.frozen import Frozen
from cardgen.records.inputs import DatasetSlice, Source

Approach = Literal["static", "dynamic", "none"]


class CalibrationRequest(Frozen):
    """Which samples a static quantization may look at."""

    data: DatasetSlice
    columns: dict[str, str]
    """Role (``text``, ``text_pair``) to column name."""
    samples: int
    batch_size: int
    seed: int


class QuantizationOptions(Frozen):
    """Backend options; ``None`` leaves the backend's default, and prints as ``n/a`` where it does not apply."""

    per_channel: bool | None = None
    reduce_range: bool | None = None
    """Whether weights have 7 bits."""
    operators: tuple[str, ...] | None = None
    """ONNX operator types to quantize."""
    exclude_nodes: tuple[str, ...] = ()
    """ONNX node names that stay FP32."""


class MetricRequest(Frozen):
    """One metric and the arguments it is computed with."""

    type: str
    args: dict[str, str | int | float | bool] = {}


class GenerationRequest(Frozen):
    """How a model that writes text is asked to: it becomes part of the files that are published."""

    prefix: str = ""
    """Stands before each text."""
    src_lang: str | None = None
    """Code of the language that texts are in, as the tokenizer has it; ``None`` where it has none."""
    tgt_lang: str | None = None
    """Code of the language that is written."""
    settings: dict[str, str | int | float | bool] = {}
    """Of transformers' ``GenerationConfig``, by its names: those that differ from what the base model's
    generation_config.json and config.json say."""

    @property
    def told_languages(self) -> tuple[str | None, str | None]:
        """Those that the tokenizer is told: not where what stands before a text says which is written."""
        return (None, None) if self.src_lang is None else (self.src_lang, self.tgt_lang)


class ExportRequest(Frozen):
    """Save the base model in FP32 in one runtime: the baseline, and what is quantized."""

    kind: Literal["export"] = "export"
    backend: str
    task: str
    model: Source
    trust_remote_code: bool = False
    opset: int | None = None
    """ONNX opset, for runtimes that have one; ``None`` is the exporter's default."""
    generation: GenerationRequest | None = None
    """Of a model that writes text."""


class QuantizeRequest(Frozen):
    """Quantize the exported FP32 model to INT8."""

    kind: Literal["quantize"] = "quantize"
    backend: str
    task: str
    approach: Literal["static", "dynamic"]
    calibration: CalibrationRequest | None = None
    fallback_modules: tuple[str, ...] | Literal["tuned"] = ()
    """PyTorch names of the modules that must stay FP32; or ``tuned``: those that the step in the role ``tune`` chose,
    which a worker is given."""
    options: QuantizationOptions = QuantizationOptions()
    trust_remote_code: bool = False


class AdoptRequest(Frozen):
    """Make ready to run what somebody else made of the base model, beside the export of it."""

    kind: Literal["adopt"] = "adopt"
    backend: str
    task: str
    model: Source
    """The files that were read."""
    weights: tuple[str, ...]
    """Of those, the ones with weights; the first is loaded, and names the others."""
    beside: tuple[str, ...] = ()
    """Of those, configuration and tokenizer; what is missing is the export's."""
    trust_remote_code: bool = False


class PredictRequest(Frozen):
    """Have one artifact answer every sample of a dataset."""

    kind: Literal["predict"] = "predict"
    backend: str
    task: str
    data: DatasetSlice
    columns: dict[str, str]
    """Role (``text``, ``text_pair``, ``label``) to column name."""
    labels: dict[str, str] | None = None
    """Dataset label (as text) to the model's label name, where the manifest gives the mapping."""
    batch_size: int
    limit: int | None = None
    """Only so many rows, drawn from all; ``None`` for all."""
    seed: int = DEFAULT_SEED
    """Decides which rows are drawn."""
    trust_remote_code: bool = False


class EvaluateRequest(Frozen):
    """Score the predictions of one artifact; with those of a baseline, also the paired difference to it."""

    kind: Literal["evaluate"] = "evaluate"
    backend: str
    task: str
    subject: Literal["baseline", "variant"]
    metrics: tuple[MetricRequest, ...]


class TuneRequest(Frozen):
    """Find the modules that must stay FP32 for the loss of one metric to keep within a tolerance."""

    kind: Literal["tune"] = "tune"
    backend: str
    task: str
    quantize: QuantizeRequest
    """How each candidate is quantized; its fallback is each candidate's own."""
    predict: PredictRequest
    """What each candidate answers."""
    metric: MetricRequest
    """The metric that must not lose more."""
    tolerance: float
    """The loss that is allowed: a share of the FP32 score, or a difference to it where it is ``absolute``."""
    absolute: bool = False


class CompareRequest(Frozen):
    """Compare the outputs of an export with those of the base model in PyTorch, on real samples."""

    kind: Literal["compare"] = "compare"
    backend: str
    task: str
    data: DatasetSlice
    columns: dict[str, str]
    """Role of an input (``text``, ``text_pair``, …) to column name."""
    samples: int
    """So many rows, drawn from all."""
    seed: int = DEFAULT_SEED
    """Decides which."""
    batch_size: int
    trust_remote_code: bool = False


class SnippetRequest(Frozen):
    """Run the code that a card prints against the artifact, as it will be published."""

    kind: Literal["snippet"] = "snippet"
    backend: str
    task: str
    code: str
    """Python, as the card prints it."""
    repo_id: str
    """The id that the code loads; the run puts a local folder in its place."""
    folder: str
    """Where the artifact lies in the repository: a POSIX path, empty for its root."""
    trust_remote_code: bool = False
    files: tuple[str, ...] = ()
    """Of a model that somebody else made: those of its folder that are published; empty for an artifact."""

    @model_serializer(mode="wrap")
    def _without_absent_files(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Steps that were run before there was such a field keep their fingerprints."""
        told: dict[str, Any] = write(self)
        return {key: value for key, value in told.items() if key != "files" or value}


class BenchmarkRequest(Frozen):
    """Time the forward passes of one artifact, on random token ids of one length."""

    kind: Literal["benchmark"] = "benchmark"
    backend: str
    task: str
    batch_size: int
    """Samples in a forward pass."""
    input_length: int
    """Tokens in a sample."""
    duration_s: float
    """Forward passes are timed until so much time has passed."""
    warmup_runs: int
    """Forward passes before that."""
    threads: int | None = None
    """Of one operator; ``None`` for as many as the process may run on."""
    trust_remote_code: bool = False


StepRequest = (
    ExportRequest
    | QuantizeRequest
    | TuneRequest
    | AdoptRequest
    | PredictRequest
    | EvaluateRequest
    | CompareRequest
    | SnippetRequest
    | BenchmarkRequest
)
Request = Annotated[StepRequest, Field(discriminator="kind")]
