"""What was observed: the outcome of a step, and the set of outcomes that one card is rendered from."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from cardgen.manifest.reported import Reported
from cardgen.records.request import Frozen, Request, Source

FORMAT: Final = 3
"""Version of the JSON of records and evidence."""


class ArtifactFile(Frozen):
    """One file that a step made."""

    path: str
    """POSIX path relative to the artifact's folder."""
    bytes: int
    sha256: str


class Hardware(Frozen):
    """The machine a step ran on, as far as it bears on results."""

    cpu: str
    architecture: str
    cores: int
    memory_bytes: int
    instruction_sets: tuple[str, ...] = ()
    """Those that matter to INT8 arithmetic, such as ``avx2``, ``avx512_vnni``."""


class Environment(Frozen):
    """The environment that a step ran in."""

    name: str
    """``neural-compressor``, ``onnxruntime`` or ``current``."""
    packages: dict[str, str]
    """The packages that can change a result, with versions: part of the fingerprint."""


class Resolution(Frozen):
    """What a name in the manifest meant."""

    what: Literal["model", "dataset"]
    path: str | None = None
    """As the manifest writes it, for a local input."""
    requested_revision: str | None = None
    source: Source
    size_bytes: int | None = None
    license: str | None = None
    """As the base model's own card gives it."""


class ExportResult(Frozen):
    """What the saved FP32 model is."""

    kind: Literal["export"] = "export"
    weight_bytes: int
    parameters: int
    linear_modules: tuple[str, ...]
    """PyTorch names of all Linear layers (``torch.nn.Linear`` and transformers' ``Conv1D``)."""
    embedding_modules: tuple[str, ...]
    labels: tuple[str, ...] = ()
    """The model's label names in id order, for classifiers."""
    opset: int | None = None


class QuantizeResult(Frozen):
    """Facts read back from the saved INT8 artifact."""

    kind: Literal["quantize"] = "quantize"
    weight_bytes: int
    int8_modules: tuple[str, ...]
    """Linear layers that are INT8, by PyTorch name."""
    fp32_modules: tuple[str, ...]
    """Linear layers that stayed FP32, by PyTorch name."""
    int8_embeddings: tuple[str, ...] = ()
    fp32_embeddings: tuple[str, ...] = ()
    calibration_seen: int | None = None
    """Samples that passed through the model while calibrating."""
    operators: dict[str, int] = {}
    """Quantized ONNX operators by type, counted in the saved graph."""


class Score(Frozen):
    """One metric's value, at full precision on the metric's own scale (a fraction), with a 95 % interval."""

    metric: str
    args: dict[str, str | int | float | bool] = {}
    value: float
    low: float
    high: float
    interval: Literal["wilson", "bootstrap"]
    """How the interval was computed."""


class PairedDifference(Frozen):
    """Variant minus baseline on the same samples, with a 95 % interval."""

    metric: str
    value: float
    low: float
    high: float
    interval: Literal["paired-bootstrap"]
    mcnemar_p: float | None = None
    """Of McNemar's exact test, for a metric that is a share of samples: how likely a difference at least as large is
    where both are equally often right."""

    @property
    def within_noise(self) -> bool:
        """Whether the interval holds zero."""
        return self.low <= 0.0 <= self.high


class PredictResult(Frozen):
    """How an artifact answered the samples of a dataset; what it answered is the step's artifact."""

    kind: Literal["predict"] = "predict"
    samples: int
    labels: dict[str, str] = {}
    """Dataset label (as text) to model label name, as it was checked and used."""
    truncated: int = 0
    """Samples longer than the model takes."""
    settings: dict[str, str | int | float | bool] = {}
    """How the predictions were made, where the task has settings: of long contexts, of generation."""
    threads: int
    """That one operator could use."""
    lanes: int = 1
    """Batches that were computed at the same time."""
    seconds: float
    """From reading the data to the last prediction, without loading libraries and the model."""


class EvaluateResult(Frozen):
    """How good an artifact is on a dataset."""

    kind: Literal["evaluate"] = "evaluate"
    samples: int
    scores: tuple[Score, ...]
    differences: tuple[PairedDifference, ...] = ()
    """Against the baseline; empty for the baseline itself."""


class Sensitivity(Frozen):
    """How much one module in INT8 disturbs what the model computes."""

    module: str
    """PyTorch name."""
    noise: float | None
    """Squared error of the outputs over their squared size, that module alone computing as in INT8; the less the
    better. ``None`` where an output is not a number."""


class Ranking(Frozen):
    """The modules that plain INT8 quantizes, the most sensitive first."""

    modules: tuple[Sensitivity, ...]
    samples: int
    """Inputs that each module was tried on, without their labels."""
    seconds: float


class Candidate(Frozen):
    """One fallback that was tried: a model that was quantized and scored."""

    fp32_modules: tuple[str, ...]
    """What was kept FP32, by PyTorch name."""
    score: float | None
    """On all samples; ``None`` where scoring was stopped before its end, or gave no number."""
    bound: float | None = None
    """Where scoring was stopped: the best score that could still have come of it."""
    samples: int
    """Samples that were scored."""
    seconds: float
    """For quantizing and scoring."""
    accepted: bool
    """Whether the score keeps to the tolerance."""
    fault: str = ""
    """Why there is no score, where the model computes no numbers."""


class TuneResult(Frozen):
    """Which modules must stay FP32, and all that was tried to find out."""

    kind: Literal["tune"] = "tune"
    strategy: Literal["sensitivity-bisection"] = "sensitivity-bisection"
    metric: str
    baseline: float
    """The FP32 model's score."""
    limit: float
    """The worst score that keeps to the tolerance."""
    score: float
    """Of the chosen fallback."""
    fallback_modules: tuple[str, ...]
    """The chosen fallback, by PyTorch name."""
    ranking: Ranking | None
    """``None`` where plain INT8 keeps to the tolerance."""
    candidates: tuple[Candidate, ...]
    """In the order in which they were tried."""
    samples: int
    """Samples that a full evaluation takes."""
    threads: int


class CompareResult(Frozen):
    """How far an export's outputs are from the base model's, on the same samples."""

    kind: Literal["compare"] = "compare"
    samples: int
    largest_difference: float
    """The largest absolute difference of any number in any output that both have."""
    tolerance: float
    """What was allowed."""
    outputs: tuple[str, ...]
    """Names of the outputs that were compared, such as ``logits``."""
    truncated: int = 0
    """Samples longer than the model takes."""
    threads: int


class SnippetResult(Frozen):
    """The code that a card prints ran to its end."""

    kind: Literal["snippet"] = "snippet"
    output: str
    """What it printed, at most the last 2,000 characters."""


class BenchmarkResult(Frozen):
    """How fast an artifact is."""

    kind: Literal["benchmark"] = "benchmark"
    runs: int
    """Forward passes that were timed."""
    mean_ms: float
    """Latency of a forward pass."""
    std_ms: float
    """Standard deviation of the latencies, as of a sample."""
    p50_ms: float
    p90_ms: float
    p99_ms: float
    samples_per_s: float
    """Samples, by the time that passed from the first timed pass to the end of the last."""
    threads: int
    """Threads that one operator could use."""
    peak_memory_bytes: int
    """Of the whole process, libraries included."""


StepResult = (
    ExportResult
    | QuantizeResult
    | TuneResult
    | PredictResult
    | EvaluateResult
    | CompareResult
    | SnippetResult
    | BenchmarkResult
)
Result = Annotated[StepResult, Field(discriminator="kind")]


class Failure(Frozen):
    """Why a step failed, in full."""

    type: str
    """Exception class, or ``killed``, ``timeout``, ``out-of-memory``."""
    message: str
    remedy: str = ""
    detail: str = ""
    """Traceback or the end of the worker's output, without machine paths."""


class _Record(Frozen):
    fingerprint: str
    origin: Literal["measured"] = "measured"
    request: Request
    needs: dict[str, str] = {}
    """Role to the fingerprint of the step that fills it."""
    environment: Environment
    started: str
    """UTC, ISO 8601."""
    seconds: float
    versions: dict[str, str] = {}
    """All relevant packages as imported by the worker."""
    hardware: Hardware | None = None


class DoneRecord(_Record):
    """A step that ran to its end."""

    status: Literal["done"] = "done"
    result: Result
    artifact: tuple[ArtifactFile, ...] = ()


class FailedRecord(_Record):
    """A step that did not; it has an error and no results."""

    status: Literal["failed"] = "failed"
    error: Failure


Record = Annotated[DoneRecord | FailedRecord, Field(discriminator="status")]


class ReportedRecord(Frozen):
    """Figures that somebody else measured: what a manifest says that they report."""

    origin: Literal["reported"] = "reported"
    fingerprint: str
    """Of the entry: SHA-256 of its canonical JSON."""
    entry: Reported


class InheritedCard(Frozen):
    """The base model's card, as it was taken over."""

    source: Source
    text: str


class Evidence(Frozen):
    """Everything that one card is rendered from."""

    format: Literal[3] = FORMAT
    cardgen: str
    """Version of cardgen that gathered it."""
    sha256: str = ""
    """Hash of all the rest (see ``cardgen.records.codec.seal``): an edit by hand is noticed."""
    resolutions: dict[str, Resolution] = {}
    """``base_model``, ``evaluation`` and ``calibration.<variant>`` to what they meant; empty where nothing was run."""
    environments: dict[str, Environment] = {}
    """Backend name to the environment that ran it."""
    measured: tuple[str, ...] = ()
    """Names of the variants that were run, and ``benchmark.grid`` where its runs were."""
    records: tuple[DoneRecord, ...] = ()
    """In plan order."""
    reported: tuple[ReportedRecord, ...] = ()
    """In the manifest's order."""
    inherited: InheritedCard | None = None
