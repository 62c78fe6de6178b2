"""Results that were measured elsewhere: figures with the name of whoever reports them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from cardgen.manifest.base import Count, Figure, Section, Setting, Strings

Scale = Literal["fraction", "percent"]


class ReportSource(Section):
    """Who reports a figure, and where."""

    name: str = Field(description="Such as: Intel's model card.")
    url: str | None = Field(None, description="Where it can be read.")
    date: str | None = Field(None, description="When it was published, such as 2022-03-29, in quotes.")


class ReportedDataset(Section):
    """What a reported figure was measured on, where it is not the evaluation's dataset."""

    name: str = Field(description="Name that the card prints.")
    id: str | None = Field(None, description="Hub id.")
    config: str | None = Field(None, description="The dataset's configuration.")
    split: str | None = Field(None, description="Such as test.")
    revision: str | None = Field(None, description="The state of the data, such as a commit of 40 hex digits.")

    @model_serializer(mode="wrap")
    def _without_absent_revision(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Evidence written before there was such a key keeps its fingerprints, and its bytes."""
        told: dict[str, Any] = write(self)
        return {key: value for key, value in told.items() if key != "revision" or value is not None}


class ReportedCalibration(Section):
    """How a reported static quantization was calibrated."""

    dataset: str | None = Field(None, description="Name of the dataset; by default the evaluation's.")
    split: str | None = Field(None, description="Such as train.")
    asked: Count | None = Field(None, description="Samples that were asked for.")
    seen: Count | None = Field(None, description="Samples that the model saw.")
    batch_size: Count | None = Field(None, description="Samples that passed through the model together.")


class Reported(Section):
    """One line of a report: of a variant, of one run of a sweep (`parameters`), or of the base model (neither)."""

    variant: str | None = Field(None, description="Name of a variant. It is not run then, unless with --measure.")
    parameters: dict[str, Setting] | None = Field(
        None, description="For a sweep: what this run was made with; null for what does not apply to it."
    )
    dataset: ReportedDataset | None = Field(None, description="By default the evaluation's dataset.")
    metric: str | None = Field(None, description="Hub type of the metric, such as accuracy.")
    value: Figure | None = Field(None, description="As the source prints it, with every digit.")
    baseline: Figure | None = Field(None, description="Of the FP32 model, on the same scale.")
    scale: Scale = Field("fraction", description="The scale of value and baseline, as the source prints them.")
    samples: Count | None = Field(None, description="How many samples were scored.")
    size_mb: Figure | None = Field(None, description="Size of the weights in MB (10^6 bytes), as the source prints it.")
    baseline_size_mb: Figure | None = Field(None, description="Of the FP32 model.")
    made_with: str | None = Field(
        None, description="What made the variant, where it was not the backend that the manifest names."
    )
    fallback_modules: Strings = Field((), description="PyTorch names of the modules that are said to be FP32.")
    total_modules: Count | None = Field(None, description="Linear modules, INT8 or not, as the source counts them.")
    tolerance: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None, description="The relative loss that the fallback is said to keep to, such as 0.01."
    )
    calibration: ReportedCalibration | None = Field(None, description="For a static variant.")
    batch_size: Count | None = Field(None, description="Of the time figures.")
    input_length: Count | None = Field(None, description="Tokens in an input of the time figures.")
    latency_ms: Figure | None = Field(None, description="Mean latency in milliseconds.")
    samples_per_s: Figure | None = Field(None, description="Throughput in samples a second.")
    note: str | None = Field(None, description="What a reader of these figures should know. Markdown, one line.")
    source: ReportSource = Field(description="Who reports it.")
