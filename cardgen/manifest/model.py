"""What a publisher asks for: the manifest, as frozen types (docs/manifest.md tells it key by key)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cardgen.catalog.backends import ADOPTED
from cardgen.catalog.families import FORMER_NAMES
from cardgen.catalog.plots import PlotKind
from cardgen.manifest.base import DEFAULT_SEED, Count, Listed, Section, Seed, Strings
from cardgen.manifest.benchmark import Benchmark
from cardgen.manifest.data import Calibration, DatasetRef
from cardgen.manifest.details import Citation, Details
from cardgen.manifest.generation import Generation
from cardgen.manifest.made import Made
from cardgen.manifest.publish import Publish
from cardgen.manifest.reported import Reported, Scale
from cardgen.manifest.results import ResultsRefs

Precision = Literal["FP32", "FP16", "BF16", "FP8"]
"""Types of weights that a base model is published in."""


class BaseModelRef(Section):
    """The fine-tuned FP32 model that is quantized."""

    id: str | None = Field(None, description="Hub id. With `path`, the id under which the base model is published.")
    path: str | None = Field(None, description="Folder with the model, relative to the manifest.")
    revision: str | None = Field(None, description="40 hex digits, or a branch or tag name, which is resolved.")
    precision: Precision | None = Field(
        None, description="What its weights are, of a card whose variants others made; by default not stated."
    )
    results: ResultsRefs = Field(
        (), description="Files that evaluation tools such as lm-eval wrote of it: paths, relative to the manifest."
    )
    trust_remote_code: bool = Field(False, description="Run code from the base model's repository. The card says so.")
    card: str | None = Field(
        None, description="For `card: onnx-export`: a Markdown file to take over instead of the base model's own card."
    )


class Fallback(Section):
    """Which modules stay FP32."""

    modules: Strings | None = Field(None, description="PyTorch names of the modules that stay FP32.")
    tolerance: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None,
        description="The loss allowed on the primary metric, such as 0.01 for 1 %: the modules are found by trials.",
    )
    absolute: bool = Field(
        False, description="Whether the tolerance is in the metric's own terms, not relative to the FP32 score."
    )
    dataset: DatasetRef | None = Field(
        None, description="Other data to choose the modules on; by default they are chosen on the evaluation's samples."
    )
    split: str | None = Field(None, description="Of `dataset`, or another split of the evaluation's, to choose on.")


class Options(Section):
    """Options of a backend; which ones apply depends on the backend."""

    per_channel: bool | None = Field(None, description="One scale per output channel of a weight.")
    reduce_range: bool | None = Field(
        None, description="Weights of 7 bits, whose products are the same on every processor: so unless this is false."
    )
    operators: Strings | None = Field(None, description="ONNX operator types to quantize, such as MatMul.")
    exclude_nodes: Strings = Field((), description="ONNX node names that stay FP32.")
    opset: Count | None = Field(None, description="ONNX opset to export with.")


_OF_MADE = {"backend": ADOPTED.name, "approach": "not-stated"}
"""What stands in a variant whose files are read, in the place of what a manifest must not say of it."""


class Variant(Section):
    """One form of the base model: quantized, or only exported."""

    made: Made | None = Field(
        None, description="A model that somebody else quantized, in the place of `backend` and `approach`."
    )
    backend: str = Field(
        description="What makes and runs it. elsewhere: others made it with something else, and report it."
    )
    approach: Literal["dynamic", "static", "none", "weight-only", "qat", "not-stated"] = Field(
        description="static: activation scales come from calibration. dynamic: they are taken anew for each input. "
        "none: exported in FP32, not quantized. Only with `backend: elsewhere`: weight-only, qat "
        "(quantization-aware training), not-stated."
    )
    scheme: str | None = Field(
        None, description="Of `backend: elsewhere`: as its source names it, such as W4A16, FP8, NVFP4, Q4_K_M."
    )
    format: str | None = Field(None, description="Of `backend: elsewhere`: of its files, such as GGUF.")
    fallback: Fallback | None = Field(
        None, description="Which modules stay FP32: `{modules: [NAME]}`, or `{tolerance: 0.01}` to have them found."
    )
    calibration: Calibration | None = Field(None, description="For `approach: static`.")
    options: Options = Field(Options(), description="Options of the backend.")
    results: ResultsRefs = Field(
        (), description="Files that evaluation tools such as lm-eval wrote of it: paths, relative to the manifest."
    )
    repo_id: str | None = Field(
        None,
        description="With `publish: {repositories: per-variant}`: its repository, by default `repo_id` and its name.",
    )

    @model_validator(mode="before")
    @classmethod
    def _adopted(cls, value: Any) -> Any:
        return {**_OF_MADE, **value} if isinstance(value, dict) and value.get("made") is not None else value


CALIBRATED = frozenset({"static", "weight-only", "qat", "not-stated"})
"""Approaches that may look at samples beforehand."""


class Metric(Section):
    """A metric with arguments, such as F1 with `average: macro`."""

    type: str = Field(description="Name of the metric.")
    args: dict[str, str | int | float | bool] = Field({}, description="Arguments of the metric.")


class Limit(Section):
    """Some of the samples, drawn from all."""

    samples: Count = Field(description="How many.")
    seed: Seed = Field(DEFAULT_SEED, description="Decides which samples are drawn.")


def _limit(value: Any) -> Any:
    return {"samples": value} if isinstance(value, int) and not isinstance(value, bool) else value


def _family(value: Any) -> Any:
    return FORMER_NAMES.get(value, value) if isinstance(value, str) else value


def _metric(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class Leaderboard(Section):
    """The benchmark whose leaderboard on the Hub is to list the primary metric."""

    id: str = Field(description="Hub id of the benchmark's dataset.")
    task_id: str = Field(description="Which of its tasks.")
    revision: str | None = Field(None, description="40 hex digits: the state of the benchmark.")


class Evaluation(Section):
    """How good the model is: on what, by which metrics."""

    dataset: DatasetRef | None = Field(None, description="What the model is scored on.")
    columns: dict[str, str] = Field({}, description="Role, such as text or label, to the dataset's column name.")
    labels: dict[str, str] | None = Field(None, description="Dataset label to the model's label, where they differ.")
    metrics: Annotated[tuple[Annotated[Metric, BeforeValidator(_metric)], ...], Listed] = Field(
        (), description="Names of metrics, or mappings of `type` and `args`."
    )
    primary: str | None = Field(None, description="The metric that the card leads with; by default the first.")
    scales: dict[str, Scale] = Field(
        {}, description="Metric to the scale that the card shows it on: fraction, unless percent is given."
    )
    batch_size: Count | None = Field(None, description="By default 32, and 1 for dynamic variants.")
    limit: Annotated[Limit | None, BeforeValidator(_limit)] = Field(
        None, description="Score only so many samples, drawn from all: a number, or `{samples: 100, seed: 42}`."
    )
    leaderboard: Leaderboard | None = Field(
        None, description="A benchmark dataset on the Hub and its task: the score is written to .eval_results/ too."
    )

    @property
    def data(self) -> DatasetRef:
        """The dataset of a manifest that runs a variant: the rules see to it that there is one."""
        if self.dataset is None:
            raise ValueError("an evaluation without a dataset scores nothing")
        return self.dataset


class Metadata(Section):
    """Front matter of the card. Keys that are not listed here are passed on as they are."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    license: str | None = Field(None, description="Hub identifier; by default what the base model's card says.")
    license_name: str | None = Field(None, description="For `license: other`.")
    license_link: str | None = Field(None, description="Where its text stands; needed for `license: other`.")
    language: Strings = Field((), description="ISO 639 codes of the languages, such as en.")
    datasets: Strings = Field((), description="Hub ids of the datasets that the model was trained on.")
    tags: Strings = Field((), description="Tags, by which the Hub's search finds the model.")


class Manifest(Section):
    """One card: a base model, the variants made of it, and how they are measured."""

    version: Literal[1] = Field(description="Version of the manifest's format: 1.")
    repo_id: str = Field(description="Where the card and the weights are published, as owner/name.")
    publish: Publish = Field(Publish(), description="How it is laid out on the Hub.")
    card: Annotated[str, BeforeValidator(_family)] = Field(
        "quantized", description="Card family, or the path of a template of your own (*.jinja)."
    )
    title: str = Field(description="The card's heading.")
    task: str = Field(
        description="A Hub pipeline tag, such as text-classification; or multi-label-classification, text-regression, "
        "multiple-choice."
    )
    base_model: BaseModelRef = Field(description="The fine-tuned FP32 model that is quantized.")
    metadata: Metadata = Field(Metadata(), description="Front matter of the card.")
    variants: dict[str, Variant] = Field({}, description="The forms of the base model, by a name of your own.")
    generation: Generation | None = Field(None, description="How a model that writes text is asked to.")
    evaluation: Evaluation | None = Field(None, description="How good the model is: on what, by which metrics.")
    benchmark: Benchmark | None = Field(None, description="How fast: on what input, for how long, where.")
    reported: Annotated[tuple[Reported, ...], Listed] = Field(
        (), description="Results that were measured elsewhere, each with its source."
    )
    plots: Annotated[tuple[PlotKind, ...], Listed] | None = Field(
        None, description="Which plots the card may have; by default all that its figures allow, and [] for none."
    )
    prose: dict[str, str] = Field({}, description="A person's words by section: text, or the path of a .md file.")
    details: Details | None = Field(None, description="The sections of a model card that no measurement can fill.")
    citation: Citation | None = Field(None, description="How to cite the model.")

    def repository(self, variant: str | None) -> str:
        """Where a variant is published; ``None`` for what is published of all of them."""
        if variant is None or self.publish.repositories == "one":
            return self.repo_id
        return self.variants[variant].repo_id or f"{self.repo_id}-{variant}"

    @property
    def scoring(self) -> Evaluation:
        """The evaluation of a manifest that runs a variant: the rules see to it that there is one."""
        if self.evaluation is None:
            raise ValueError("a manifest without an evaluation runs nothing")
        return self.evaluation

    @property
    def reports_runs(self) -> bool:
        """Whether others report the runs of a sweep, so that a grid is not run."""
        return any(entry.parameters is not None for entry in self.reported)

    @property
    def scored_on(self) -> DatasetRef | None:
        """The evaluation's dataset, where one is named."""
        return self.evaluation.dataset if self.evaluation else None

    @property
    def takes_card_over(self) -> bool:
        """Whether the card holds the base model's own card."""
        return self.card == "onnx-export" or self.base_model.card is not None

    @property
    def adopted_variants(self) -> tuple[str, ...]:
        """Variants that somebody else made and whose files are read, in the manifest's order."""
        return tuple(name for name, variant in self.variants.items() if variant.made is not None)

    @property
    def reported_variants(self) -> tuple[str, ...]:
        """Variants that have a reported entry, in the manifest's order."""
        named = {entry.variant for entry in self.reported}
        return tuple(name for name in self.variants if name in named)


class LoadedManifest(BaseModel):
    """A manifest with its place on disk."""

    model_config = ConfigDict(frozen=True)

    manifest: Manifest
    path: Path
    """The file, as given."""
    root: Path
    """The project root: the nearest folder above with cardgen.toml, [tool.cardgen] in pyproject.toml, or .git."""

    variant: str | None = None
    """The one whose repository this is about, where each has its own; ``None`` for the whole manifest."""

    @property
    def parts(self) -> tuple[LoadedManifest, ...]:
        """One for each repository that is published."""
        if self.manifest.publish.repositories == "one":
            return (self,)
        return tuple(self.model_copy(update={"variant": name}) for name in self.manifest.variants)

    @property
    def repo_id(self) -> str:
        """Where it is published."""
        return self.manifest.repository(self.variant)

    @property
    def name(self) -> str:
        """The manifest's stem: the card's folder name."""
        return self.path.stem

    @property
    def folder(self) -> Path:
        """What relative paths in the manifest start from."""
        return self.path.parent
